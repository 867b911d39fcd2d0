// A contract is dropped, sent and read; the page says how far it is. Without this file the form does the same by its button.

import { words } from "./desk.js";

const drop = document.getElementById("drop");
const line = drop.querySelector(".drop-state");
const bar = line.querySelector("progress");
const state = document.getElementById("state");
const failed = document.getElementById("failed");

function tell(text, share) {
  line.hidden = !text;
  state.textContent = text;
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
}

function refuse(page) {
  tell("");
  const message = page && new DOMParser().parseFromString(page, "text/html").querySelector("#failed");
  failed.replaceChildren(...(message?.childNodes ?? [document.createTextNode(words.notSaved)]));
}

function send() {
  const request = new XMLHttpRequest();
  request.open("POST", drop.action);
  request.setRequestHeader("X-CSRF-Token", words.token);
  request.setRequestHeader("Accept", "text/html");
  request.upload.onprogress = ({ loaded, total }) => tell(drop.dataset.sending, loaded / total);
  request.upload.onload = () => tell(drop.dataset.reading);
  request.onerror = () => refuse("");
  request.onload = () => {
    if (request.status === 200) location.assign(request.responseURL);
    else refuse(request.responseText);
  };
  failed.replaceChildren();
  tell(drop.dataset.sending, 0);
  request.send(new FormData(drop));
}

drop.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
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
  if (!event.dataTransfer.files.length) return;
  drop.elements.file.files = event.dataTransfer.files;
  send();
});
