// A form that takes files: dropped on it, or chosen; it says how far they are.

export const drop = document.getElementById("drop");
const line = drop.querySelector(".drop-state");
const bar = line.querySelector("progress");
const state = document.getElementById("state");

/** What is going on, and how much of it is done (0 to 1, or unknown); an empty text ends it. */
export function tell(text, share) {
  line.hidden = !text;
  state.textContent = text;
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
}

/** Calls `chosen` with the files that were sent by the button, or `dropped` with those that were dropped. */
export function take(chosen, dropped) {
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen(drop.elements.file.files);
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    dropped(event.dataTransfer.files);
  });
}
