// The conversation: asks, shows, restores and deletes. Without this file the same form works by itself.

import { answered, asText, audience, enhance, fill, h, pending, t, token } from "./render.js";
import { openSource } from "./source.js";
import { events, sentencesEnd } from "./stream.js";

const $ = (id) => document.getElementById(id);
const composer = $("composer"), field = $("question"), turns = $("turns"), live = $("live");
const json = { "Content-Type": "application/json", Accept: "application/json", ...(token && { "X-CSRF-Token": token }) };
let running = null; // the AbortController of the question that is being answered

// The conversation's id: in the form, and kept by the tab over a reload.
const KEY = audience === "client" ? "clausier.conversation" : `clausier.conversation.${audience}`;
const idField = composer.elements.conversation_id;
function remember(id) {
  idField.value = id ?? "";
  $("delete").hidden = !id;
  stored((storage) => (id ? storage.setItem(KEY, id) : storage.removeItem(KEY)));
}
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null; // storage is blocked: the conversation lives until the page is left
  }
}

/** Markdown as it comes, without the signs that would only disturb. */
const plain = (text) => text.replace(/\*\*|^#+ /gm, "").replace(/\\([!-/:-@[-`{-~])/g, "$1");

/** Reads a text aloud once, politely. */
function say(text, language) {
  const words = plain(text).replace(/\s*\[\d+\]|[*#_`]+/g, "").trim();
  if (words) live.append(h("p", { lang: language }, words));
}

/** What to tell the person about a failed request. */
function explain(error) {
  const { status, code, seconds } = error;
  if (status === 429 || code === "rate_limited") return fill(t.error_rate_limited, { seconds: seconds || 60 });
  if (status === 413 || code === "too_large" || code === "too_long") return t.error_too_long;
  if (status === 400 || status === 422) return t.error_invalid;
  if (status || code) return t.error_server;
  return t.error_network;
}

async function refuse(response) {
  const { error } = await response.json().catch(() => ({}));
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw Object.assign(new Error("refused"), { status: response.status, code: error?.code, seconds });
}

async function request(question, signal) {
  const send = () => fetch("/api/v1/ask", {
    method: "POST", signal, headers: { ...json, Accept: "text/event-stream" },
    body: JSON.stringify({ question, audience, lang: "auto", conversation_id: idField.value || null }),
  });
  let response = await send();
  if (response.status === 404 && idField.value) { // the conversation is gone: begin another
    remember(null);
    response = await send();
  }
  return response.ok ? response : refuse(response);
}

/** Shows the words of a stream as they come, says whole sentences, and returns the answer. */
async function receive(response, prose) {
  let text = "", said = 0;
  for await (const { type, data } of events(response.body)) {
    if (type === "token") {
      const piece = JSON.parse(data);
      text += piece.text;
      if (piece.language) prose.lang = piece.language;
      prose.textContent = plain(text);
      const end = sentencesEnd(text.slice(said));
      say(text.slice(said, said + end), prose.lang);
      said += end;
    } else if (type === "answer") {
      const answer = JSON.parse(data);
      say(text ? text.slice(said) : answer.answer, answer.language);
      return answer;
    } else if (type === "error") {
      const { error } = JSON.parse(data);
      throw Object.assign(new Error("error event"), { code: error?.code || "server", seconds: error?.details?.retry_after });
    }
  }
  throw new Error("the stream ended without an answer");
}

function busy(controller) {
  running = controller;
  $("send").hidden = Boolean(controller);
  $("stop").hidden = !controller;
  $("delete").disabled = Boolean(controller);
}

function bring(node) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

async function ask(question, typed) {
  const { article, prose } = pending(question);
  article.classList.add("fresh"); // room below, so that the question can stand at the top of the window
  $("error").textContent = "";
  live.replaceChildren();
  turns.append(article);
  if (typed) field.value = "";
  else article.querySelector(".asked").focus({ preventScroll: true });
  bring(article);
  busy(new AbortController());
  const { signal } = running;
  say(t.searching);
  try {
    const answer = await receive(await request(question, signal), prose);
    remember(answer.conversation_id);
    finish(article, enhance(answered(question, answer)));
    say(fill(t.answer_ready, { count: answer.citations?.length ?? 0 }));
  } catch (error) {
    const begun = !prose.querySelector(".searching");
    if (!signal.aborted) $("error").textContent = explain(error);
    if (!field.value) field.value = question;
    if (!begun) article.remove();
    prose.removeAttribute("aria-busy");
    prose.after(h("p.unverified", {}, signal.aborted ? t.stopped : t.broken_off));
    if (!typed) field.focus();
  } finally {
    busy(null);
  }
}

/** The finished article takes the place of the one that waited, its room and its focus. */
function finish(waiting, article) {
  const focused = waiting.contains(document.activeElement);
  article.classList.add("fresh");
  waiting.replaceWith(article);
  if (focused) article.querySelector(".asked").focus({ preventScroll: true });
}

async function opine(article, verdict, reason) {
  const said = article.querySelector(".said");
  const body = { conversation_id: idField.value, answer_id: article.dataset.answer, verdict, ...(reason && { reason }) };
  const response = await fetch("/api/v1/feedback", { method: "POST", headers: json, body: JSON.stringify(body) }).catch(() => null);
  said.textContent = response?.ok ? t.feedback_thanks : t.error_feedback;
  if (!response?.ok) return;
  for (const button of article.querySelectorAll("[aria-pressed]"))
    button.setAttribute("aria-pressed", String(button.dataset.do === verdict));
  article.querySelector(".remark").hidden = verdict === "up" || Boolean(reason);
}

async function copy(article) {
  const copied = await navigator.clipboard?.writeText(asText(article)).then(() => true, () => false);
  article.querySelector(".said").textContent = copied ? t.copied : t.error_copy;
}

function receiptList(receipt) {
  const entries = Object.entries(receipt ?? {}).filter(([, value]) => value !== null && typeof value !== "object");
  return h("dl.receipt", {}, entries.map(([key, value]) =>
    h("div", {}, h("dt", {}, t[`receipt_${key}`] ?? key.replaceAll("_", " ")), h("dd", {}, String(value)))));
}

function erasing(title, close, ...content) {
  $("erase-title").textContent = title;
  $("erase-body").replaceChildren(...content);
  $("erase-close").textContent = close;
  $("erase-confirm").hidden = title !== t.delete_title;
}

async function erase() {
  const url = `/api/v1/conversations/${encodeURIComponent(idField.value)}`;
  const response = await fetch(url, { method: "DELETE", headers: json }).catch(() => null);
  if (!response?.ok && response?.status !== 404) {
    $("erase-body").append(h("p.error", { role: "alert" }, t.error_delete));
    return;
  }
  const { receipt } = await response.json().catch(() => ({}));
  remember(null);
  turns.replaceChildren();
  live.replaceChildren();
  $("error").textContent = "";
  erasing(t.deleted_title, t.close, receipt ? h("p", { role: "status" }, t.deleted_text) : "", receiptList(receipt));
  $("erase-close").focus();
}

async function restore() {
  const shown = turns.querySelectorAll(".turn");
  shown.forEach(enhance);
  const id = shown.length ? idField.value : stored((storage) => storage.getItem(KEY));
  remember(id);
  if (shown.length || !id) return;
  const response = await fetch(`/api/v1/conversations/${encodeURIComponent(id)}`, { headers: json }).catch(() => null);
  if (response?.status === 404) remember(null);
  if (!response?.ok || running) return;
  const { turns: past } = await response.json();
  turns.append(...past.map(({ question, answer }) => enhance(answered(question, answer))));
  turns.lastElementChild?.scrollIntoView({ block: "start" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-remark]")) {
    event.preventDefault();
    opine(form.closest(".turn"), "down", form.elements.reason.value.trim());
  }
  if (!form.matches("[data-ask]")) return;
  event.preventDefault();
  const typed = form === composer;
  const question = (typed ? field.value : event.submitter.value).trim();
  if (!question) $("error").textContent = t.error_empty;
  else if (!running) ask(question, typed);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.open-source");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openSource(link);
  }
  const button = event.target.closest("[data-do]");
  if (button?.dataset.do === "copy") copy(button.closest(".turn"));
  else if (button) opine(button.closest(".turn"), button.dataset.do);
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});
$("send").addEventListener("click", () => field.focus());
$("stop").addEventListener("click", () => {
  running?.abort();
  field.focus();
});
$("delete").addEventListener("click", () => {
  erasing(t.delete_title, t.cancel, h("p", {}, t.delete_text));
  $("erase").showModal();
});
$("erase").addEventListener("close", () => ($("delete").hidden ? field : $("delete")).focus());
$("erase-confirm").addEventListener("click", erase);

restore();
