// A checklist in the meeting: each tick and note is kept on the server at once. Without a network it waits in this browser,
// over a reload too, and is sent as soon as that works.

import { say, words } from "./desk.js";

const list = document.getElementById("points");
const filter = document.getElementById("filter");
const WAITING = `clausier.checklist.${list.dataset.key}`;
const AGAIN = 5000;
const waiting = new Map(Object.entries(read()));
let retry = 0;

function read() {
  try {
    return JSON.parse(localStorage.getItem(WAITING)) ?? {};
  } catch {
    return {};
  }
}

function remember() {
  try {
    if (waiting.size) localStorage.setItem(WAITING, JSON.stringify(Object.fromEntries(waiting)));
    else localStorage.removeItem(WAITING);
  } catch {
    // storage is blocked: what waits lives until the page is left
  }
}

const form = (point) => point.querySelector(".point-state");
const state = (point) => ({ status: form(point).elements.status.value, note: form(point).elements.note.value });

function show(point, { status, note }) {
  form(point).elements.status.value = status;
  if (note !== undefined) form(point).elements.note.value = note;
  point.querySelector("[data-tick]").checked = status !== "open";
  point.dataset.status = status;
}

async function keep(point) {
  waiting.set(point.id, state(point));
  remember();
  point.querySelector(".kept").textContent = words.saving;
  await flush();
}

let sending = null;
function flush() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  clearTimeout(retry);
  while (waiting.size) {
    const [id, kept] = waiting.entries().next().value;
    const point = document.getElementById(id);
    if (!point) {
      waiting.delete(id);
      continue;
    }
    const response = await fetch(form(point).action, {
      method: "POST", body: new URLSearchParams(kept), headers: { "X-CSRF-Token": words.token, Accept: "application/json" },
    }).catch(() => null);
    const over = response && (response.status === 401 || response.status === 403);
    if (!response?.ok && response?.status !== 422) {
      point.querySelector(".kept").textContent = over ? words.over : words.notSaved;
      say(over ? words.over : words.notSaved, true);
      retry = setTimeout(flush, AGAIN);
      return;
    }
    if (waiting.get(id) === kept) waiting.delete(id); // not if it changed meanwhile
    remember();
    const said = await response.json();
    point.querySelector(".kept").textContent = response.ok ? words.saved : said.error.message;
    if (response.ok) progress(said);
  }
  say("");
}

function progress(now) {
  const line = document.getElementById("progress");
  const fill = (text, settled, points) => text.replace("{settled}", settled).replace("{points}", points);
  const [all, must] = line.querySelectorAll("span");
  all.textContent = fill(line.dataset.words, now.settled, now.points);
  must.textContent = fill(line.dataset.must, now.must_have_settled, now.must_have);
  document.querySelector("progress").value = now.settled;
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
function sift() {
  const { text, stage, priority, status } = filter.elements;
  const wanted = plain(text.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const point of list.querySelectorAll(".point")) {
    const words = plain(`${point.textContent} ${form(point).elements.note.value}`);
    const fits = (!stage.value || point.closest(".stage").dataset.stage === stage.value)
      && (!priority.value || point.dataset.priority === priority.value)
      && (!status.value || point.dataset.status === status.value)
      && wanted.every((word) => words.includes(word));
    point.hidden = !fits;
    count += fits;
  }
  for (const section of list.querySelectorAll(".stage")) section.hidden = !section.querySelector(".point:not([hidden])");
  const shown = document.getElementById("shown");
  shown.textContent = shown.dataset.words.replace("{count}", count);
}

const typing = new Map();
list.addEventListener("input", (event) => {
  const point = event.target.closest(".point");
  if (!event.target.matches("textarea")) return;
  clearTimeout(typing.get(point));
  typing.set(point, setTimeout(keep, 600, point));
});
list.addEventListener("change", (event) => {
  const point = event.target.closest(".point");
  if (event.target.matches("[data-tick]")) show(point, { status: event.target.checked ? "agreed" : "open" });
  else if (event.target.matches("select")) show(point, { status: event.target.value });
  clearTimeout(typing.get(point));
  keep(point);
});
list.addEventListener("submit", (event) => {
  event.preventDefault();
  keep(event.target.closest(".point"));
});
filter.addEventListener("input", sift);
filter.addEventListener("submit", (event) => event.preventDefault());
addEventListener("online", flush);

for (const hidden of list.querySelectorAll(".big-tick")) hidden.hidden = false;
for (const button of list.querySelectorAll(".point-state > button")) button.hidden = true;
filter.hidden = false;
for (const [id, kept] of waiting) if (document.getElementById(id)) show(document.getElementById(id), kept);
sift();
flush();
