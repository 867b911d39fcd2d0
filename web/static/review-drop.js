// A contract is dropped, sent and read; the page says how far it is. Without this file the form does the same by its button.

import { words } from "./desk.js";
import { drop, take, tell } from "./drop.js";

const failed = document.getElementById("failed");

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

take(send, (files) => {
  if (!files.length) return;
  drop.elements.file.files = files;
  send();
});
