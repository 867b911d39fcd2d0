// A review in three panes: a finding, its passage and its proposal are shown together; decisions are kept at once.
// Without this file the panes stand one below the other and every button sends its form.

import { say, words } from "./desk.js";

const list = document.getElementById("findings");
const paper = document.getElementById("paper");
const filter = document.getElementById("filter");
const named = document.getElementById("choices").dataset;
const proposal = (rule) => document.getElementById(`f-${rule}`);
const entry = (rule) => list.querySelector(`[data-rule="${CSS.escape(rule)}"]`);
const entries = () => [...list.querySelectorAll("[data-rule]")];

const panes = document.querySelector(".panes");
const proposals = document.getElementById("proposals");
const abreast = matchMedia("(min-width: 80rem)");

/** Scrolls `pane` alone, so that `element` stands in its middle. */
function reveal(pane, element) {
  if (!element) return;
  const place = element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += place - pane.clientHeight / 2;
}

/** Shows a finding in all three panes; then `towards` one of them where they do not stand abreast. */
function show(rule, towards = null) {
  if (!entry(rule)) return;
  for (const one of document.querySelectorAll(".proposal")) one.hidden = one.dataset.rule !== rule;
  for (const one of entries()) one.querySelector("a").toggleAttribute("aria-current", one.dataset.rule === rule);
  for (const hit of paper.querySelectorAll(".hit")) hit.classList.toggle("now", hit.dataset.rules.split(" ").includes(rule));
  document.getElementById("choose").hidden = true;
  history.replaceState(null, "", `#f-${rule}`);
  reveal(paper, paper.querySelector(".hit.now") ?? document.getElementById(`d-${rule}`));
  proposals.scrollTop = 0;
  if (!towards) return;
  reveal(abreast.matches ? list.closest(".pane") : list, entry(rule));
  if (abreast.matches) panes.scrollIntoView({ block: "nearest" });
  else towards.scrollIntoView({ block: "start" });
}

async function decide(form, choice) {
  const rule = form.closest(".proposal").dataset.rule;
  const body = new URLSearchParams({ choice, note: form.elements.note.value });
  if (choice === "edit") body.set("words", form.elements.words.value);
  const kept = form.querySelector(".kept");
  kept.textContent = words.saving;
  const response = await fetch(form.action, {
    method: "POST", body, headers: { "X-CSRF-Token": words.token, Accept: "application/json" },
  }).catch(() => null);
  const over = response && (response.status === 401 || response.status === 403);
  if (!response?.ok) {
    const said = response?.status === 422 ? (await response.json()).error.message : over ? words.over : words.notSaved;
    kept.textContent = said;
    say(said, true);
    return;
  }
  const before = form.dataset.choice;
  form.dataset.choice = choice;
  for (const button of form.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", button.value === choice);
  entry(rule).dataset.choice = choice;
  entry(rule).querySelector("[data-state]").textContent = named[choice];
  kept.textContent = words.saved;
  count();
  if (choice === "edit" || before === "edit") await refresh(rule);
}

/** Shows the change as it stands now: in the lawyer's own words, or in ours again. */
async function refresh(rule) {
  const response = await fetch(location.pathname + location.search).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const now = page.querySelector(`#f-${CSS.escape(rule)} > .changes`);
  const shown = proposal(rule).querySelector(":scope > .changes");
  if (now && shown) shown.replaceWith(document.adoptNode(now));
}

function count() {
  const line = document.getElementById("decided");
  const decided = entries().filter((one) => one.dataset.choice !== "open").length;
  line.textContent = line.dataset.words.replace("{decided}", decided).replace("{count}", entries().length);
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
function sift() {
  const { text, severity, choice } = filter.elements;
  const wanted = plain(text.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of entries()) {
    const said = plain(`${one.textContent} ${proposal(one.dataset.rule).textContent}`);
    const fits = (!severity.value || one.dataset.severity === severity.value)
      && (!choice.value || one.dataset.choice === choice.value)
      && wanted.every((word) => said.includes(word));
    one.hidden = !fits;
    shown += fits;
  }
  const line = document.getElementById("shown");
  line.textContent = line.dataset.words.replace("{count}", shown);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#f-'], a[href^='#d-'], a.back");
  if (!link) return;
  event.preventDefault();
  const rule = link.classList.contains("back") ? link.closest(".proposal").dataset.rule : link.hash.slice(3);
  if (link.classList.contains("back")) entry(rule).querySelector("a").focus();
  else if (link.hash.startsWith("#d-")) {
    show(rule, paper);
    (paper.querySelector(".hit.now") ?? document.querySelector(`#d-${CSS.escape(rule)} a`))?.focus({ preventScroll: true });
  } else {
    show(rule, proposals);
    proposal(rule).focus({ preventScroll: true });
  }
});
proposals.addEventListener("submit", (event) => {
  if (!event.target.matches(".decide")) return; // to have a finding explained leads to a page of its own
  event.preventDefault();
  decide(event.target, event.submitter?.value ?? event.target.dataset.choice);
});
const typing = new Map();
proposals.addEventListener("input", (event) => {
  if (event.target.name !== "note") return;
  const { form } = event.target;
  clearTimeout(typing.get(form));
  typing.set(form, setTimeout(() => decide(form, form.dataset.choice), 600));
});
filter.addEventListener("input", sift);
filter.addEventListener("submit", (event) => event.preventDefault());

panes.classList.add("joined");
for (const button of document.querySelectorAll(".keep-note")) button.hidden = true;
filter.hidden = false;
sift();
const first = location.hash.startsWith("#f-") ? location.hash.slice(3) : entries()[0]?.dataset.rule;
if (first) show(first, location.hash ? proposals : null);
