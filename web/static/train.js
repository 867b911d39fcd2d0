// Training in the browser: one question at a time, by keyboard, mouse or finger. Marks come from the server.

import { fill, h, lang, t } from "./render.js";
import { claims, form, mark, read, restore, shown } from "./train-question.js";

const API = "/api/v1/quiz";
const stage = document.getElementById("stage");
const live = document.getElementById("live");
const wishes = document.getElementById("wishes");
const token = document.getElementById("messages").dataset.token;
const mode = new URLSearchParams(location.search).get("mode") ?? "practice";
let sitting = null;
let clock = 0;

async function call(path, options = {}) {
  const headers = { Accept: "application/json", ...(token && { "X-CSRF-Token": token }),
    ...(options.body && { "Content-Type": "application/json" }) };
  const response = await fetch(API + path, { ...options, headers });
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error?.message ?? t.error_server);
  return data;
}

const post = (path, body = {}) => call(path, { method: "POST", body: JSON.stringify(body) });

function say(error) {
  const text = error instanceof TypeError ? t.error_network : error.message;
  const place = document.getElementById("problem");
  if (place) place.textContent = text;
  else stage.replaceChildren(h("p.error", { role: "alert" }, text));
}

/** Runs `work` and shows what went wrong, if anything did. */
const careful = (work) => async (...given) => {
  try {
    await work(...given);
  } catch (error) {
    say(error);
  }
};

// --- one question ---

function remember(question) {
  const address = new URL(location.href);
  address.hash = question ? `q=${question.id}` : "";
  history.replaceState(null, "", address);
  const switching = document.querySelector(`.masthead nav a[lang]`);
  const other = new URL(switching.href);
  if (mode !== "practice") other.searchParams.set("mode", mode);
  other.hash = address.hash;
  switching.href = other.href;
  switching.onclick = () => {
    const open = document.getElementById("question");
    if (question && open) sessionStorage.setItem(`clausier.${question.id}`, JSON.stringify(read(open)));
  };
}

function put(question, before = []) {
  const node = form(question, question.sitting_id ? t.record : t.submit);
  stage.replaceChildren(...before, node);
  remember(question);
  const kept = sessionStorage.getItem(`clausier.${question.id}`);
  if (kept && kept !== "null") restore(node, JSON.parse(kept));
  if (question.marked) {
    tell(node, question, question.marked, null);
    return;
  }
  node.addEventListener("submit", careful(async (event) => {
    event.preventDefault();
    const given = read(node);
    if (!given) throw new Error(t.choose_first);
    document.getElementById("check").disabled = true;
    try {
      const answered = await post("/answers", { question_id: question.id, lang: question.lang, ...given });
      sessionStorage.removeItem(`clausier.${question.id}`);
      if (answered.marked) tell(node, question, answered.marked, answered.suggestion);
      else await goOn(question);
    } finally {
      const button = document.getElementById("check");
      if (button) button.disabled = false;
    }
  }));
  node.querySelector("#stem").focus();
}

function tell(node, question, marked, suggestion) {
  const button = sitting ? null : h("button.solid", { id: "next", type: "button" }, t.next);
  button?.addEventListener("click", careful(following));
  for (const control of node.querySelectorAll("input, select, textarea, button")) control.disabled = true;
  node.querySelector("fieldset").hidden = question.type !== "calculation" && question.type !== "open";
  node.querySelector(".sure").hidden = true;
  node.querySelector(".go").hidden = true;
  document.getElementById("problem").textContent = "";
  node.after(told(question, marked), ...(suggestion ? [advice(suggestion)] : []), ...(button ? [h("p.go", {}, button)] : []));
  attend(marked);
}

/** The mark, and what the learner may say to it. */
function told(question, marked) {
  const node = h("div", {}, mark(question, marked));
  const more = claims(question, marked, careful(async (claimed) => {
    const corrected = await post("/corrections", { question_id: question.id, lang: question.lang, claimed });
    node.replaceWith(told(question, corrected.marked));
    attend(corrected.marked);
  }));
  if (more) node.append(more);
  return node;
}

function attend(marked) {
  live.textContent = t[`verdict_${marked.verdict}`];
  document.getElementById("outcome").focus();
}

function advice({ topic, name, count }) {
  return h("p.notice", {}, fill(t.stumbled, { name, count }), " ",
    h("a", { href: `/train?lang=${lang}&topics=${topic}` }, t.short_quiz));
}

async function following() {
  const query = new URLSearchParams({ mode, lang });
  for (const [name, value] of new FormData(wishes)) if (value) query.set(name, value);
  const { question } = await call(`/next?${query}`);
  if (question) {
    put(question);
    return;
  }
  remember(null);
  stage.replaceChildren(h("p.lead", { role: "status" }, t.review_done));
}

// --- an assessment ---

function places(current) {
  const buttons = sitting.questions.map((one) => h("button", { type: "button", "data-question": one.id,
    "data-answered": one.answered ? "" : null, "data-score": one.score == null ? null : String(Math.floor(one.score)),
    "aria-current": one.id === current ? "true" : null,
    "aria-label": `${fill(t.assessment_place, { place: one.place, of: sitting.of })}${one.answered ? `, ${t.assessment_answered}` : ""}` },
  one.place));
  const node = h("nav.places", {}, buttons);
  node.addEventListener("click", careful(async (event) => {
    const { question } = event.target.closest("button")?.dataset ?? {};
    if (question) await open(question);
  }));
  return node;
}

function head(question) {
  const one = sitting.questions.find(({ id }) => id === question);
  const end = h("button.quiet", { type: "button", id: "end" }, t.assessment_end);
  end.addEventListener("click", careful(finish));
  const left = sitting.questions.filter((other) => !other.answered).length;
  return [h("p.about", {}, one ? fill(t.assessment_place, { place: one.place, of: sitting.of }) : "", " · ",
    h("span.clock", { id: "clock" }, minutes())), places(question),
  h("p.about", {}, left ? fill(t.assessment_open, { count: left }) : "", " ", end)];
}

const minutes = () => fill(t.assessment_left, { minutes: Math.max(0, Math.ceil((clock - Date.now()) / 60000)) });

async function open(id) {
  const question = await call(`/questions/${id}?lang=${lang}`);
  put(question, sitting.finished_at ? [...result(), places(id)] : head(id));
}

async function goOn(question) {
  sitting = await call(`/assessments/${sitting.id}`);
  const rest = [...sitting.questions.filter((one) => one.place > question.place), ...sitting.questions];
  const next = rest.find((one) => !one.answered);
  if (next && !sitting.finished_at) await open(next.id);
  else await finish();
}

async function finish() {
  sitting = await post(`/assessments/${sitting.id}/end`);
  remember(null);
  stage.replaceChildren(...result(), places(null));
  document.getElementById("outcome").focus();
}

function result() {
  const again = h("button.quiet", { type: "button" }, t.assessment_again);
  again.addEventListener("click", careful(assess));
  return [h("section.mark", {},
    h("h2.outcome", { id: "outcome", tabindex: -1, role: "status" }, fill(sitting.passed ? t.assessment_passed : t.assessment_failed, { ...sitting, score: shown(sitting.score) })),
    sitting.passed && h("form", { action: `/train/assessments/${sitting.id}/certificate`, method: "get" },
      h("input", { type: "hidden", name: "lang", value: lang }),
      h("label", {}, `${t.certificate_name} `, h("input", { name: "name", maxlength: 100, required: "", autocomplete: "name" })), " ",
      h("button.quiet", {}, t.certificate_get), h("p.about", {}, t.certificate_kept)),
    h("p", {}, again))];
}

async function assess() {
  sitting = await post("/assessments");
  clock = Date.now() + sitting.seconds_left * 1000;
  const next = sitting.questions.find((one) => !one.answered);
  if (next) await open(next.id);
  else await finish();
}

function welcome() {
  const begin = h("button.solid", { type: "button", id: "begin" }, t.start);
  begin.addEventListener("click", careful(assess));
  stage.replaceChildren(h("p.lead", {}, fill(t.assessment_lead, { of: 40, minutes: 45, pass_mark: 28 })), h("p.go", {}, begin));
}

setInterval(() => {
  const node = document.getElementById("clock");
  if (node) node.textContent = minutes();
}, 5000);

// --- keys ---

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  const node = document.getElementById("question");
  const key = event.key.toLowerCase();
  if (node && /^[a-h]$/.test(key)) node.querySelector(`[name=answer][value="${key}"]:not(:disabled)`)?.click();
  if (node && /^[1-3]$/.test(key)) node.querySelector(`[name=sure][value="${key}"]:not(:disabled)`)?.click();
  if (key === "enter" && !event.target.matches("button, a, summary, .claims input")) {
    event.preventDefault();
    (document.getElementById("next") ?? document.querySelector("#check:not(:disabled)"))?.click();
  }
});

// --- the beginning ---

async function begin() {
  document.querySelector(`.modes [data-mode="${mode}"]`)?.setAttribute("aria-current", "page");
  const asked = new URLSearchParams(location.search).get("topics");
  if (asked) wishes.elements.topics.value = asked;
  wishes.hidden = mode === "assessment" || mode === "review";
  wishes.addEventListener("change", careful(following));
  const known = /^#q=([\w-]+)$/.exec(location.hash)?.[1];
  if (known) {
    try {
      const question = await call(`/questions/${known}?lang=${lang}`);
      if (question.sitting_id) {
        sitting = await call(`/assessments/${question.sitting_id}`);
        clock = Date.now() + sitting.seconds_left * 1000;
        await open(known);
      } else put(question);
      return;
    } catch {
      remember(null); // it has expired: another will do
    }
  }
  if (mode === "assessment") welcome();
  else await following();
}

stage.replaceChildren(h("p.searching", { role: "status" }, t.loading));
careful(begin)();
