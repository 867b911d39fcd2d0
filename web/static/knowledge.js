// Files are dropped or chosen, sent one after the other and taken in; the page says how far each is and what became of it.
// Without this file the form takes one file at a time by its button.

import { words } from "./desk.js";
import { drop, take, tell } from "./drop.js";

const taken = document.getElementById("taken");
drop.elements.file.multiple = true;

/** Sends one file; resolves to the page that answers, or to nothing when the connection is lost. */
function send(file) {
  return new Promise((done) => {
    const fields = new FormData(drop);
    fields.set("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", drop.action);
    request.setRequestHeader("X-CSRF-Token", words.token);
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = ({ loaded, total }) => tell(drop.dataset.sending.replace("{name}", () => file.name), loaded / total);
    request.upload.onload = () => tell(drop.dataset.reading.replace("{name}", () => file.name));
    request.onerror = () => done(null);
    request.onload = () => done(new DOMParser().parseFromString(request.responseText, "text/html"));
    request.send(fields);
  });
}

function note(page, file) {
  const result = page?.querySelector("#taken > li");
  const said = result ?? Object.assign(document.createElement("li"), {
    textContent: `${file.name}: ${page?.querySelector(".lead")?.textContent ?? words.notSaved}`,
  });
  taken.append(said);
  const fresh = page?.getElementById("documents");
  if (fresh) document.getElementById("documents").replaceWith(fresh);
}

async function sendAll(files) {
  const button = drop.querySelector("button");
  button.disabled = true;
  taken.replaceChildren();
  for (const file of files) note(await send(file), file);
  tell("");
  button.disabled = false;
  drop.elements.file.value = "";
}

take((files) => sendAll([...files]), (files) => sendAll([...files]));
