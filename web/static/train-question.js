// A question as a form, what was answered in it, and its mark. Text always enters as text.

import { authorities, fill, h, lang, t } from "./render.js";

const CHOICES = new Set(["single", "truth", "fallback", "multiple"]);
/** A number as the language writes it. */
export const shown = (number) => new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(number);

function choices(question) {
  const type = question.type === "multiple" ? "checkbox" : "radio";
  return h("div.answers", {}, question.answers.map(({ id, text }) => h("label.answer", {},
    h("input", { type, name: "answer", value: id, "aria-keyshortcuts": id }),
    h("span", {}, h("span.letter", {}, `${id}. `), text))));
}

function pairs(question) {
  return h("ol.answers", {}, question.prompts.map(({ id, text }) => h("li.answer.pair", {},
    h("span", { id: `prompt-${id}` }, text),
    h("select", { name: `pair-${id}`, "aria-labelledby": `prompt-${id}` },
      h("option", { value: "" }, t.choose_answer),
      question.answers.map((answer) => h("option", { value: answer.id }, answer.text))))));
}

function order(question) {
  const list = h("ol.answers", {}, question.answers.map(({ id, text }) => h("li.answer.order", { "data-id": id },
    h("span", {}, text),
    h("span.moves", {},
      h("button", { type: "button", "data-by": "-1", "aria-label": `${t.move_up}: ${text}` }, "↑"),
      h("button", { type: "button", "data-by": "1", "aria-label": `${t.move_down}: ${text}` }, "↓")))));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-by]");
    const row = button?.closest("li");
    if (!row) return;
    if (button.dataset.by === "1") row.nextElementSibling?.after(row);
    else row.previousElementSibling?.before(row);
    button.focus();
  });
  return list;
}

function segments(question) {
  return h("ol.answers", {}, question.answers.map(({ id, text }) => h("li.answer.pair", {},
    h("span", { id: `segment-${id}` }, text),
    h("select", { name: `defect-${id}`, "aria-labelledby": `segment-${id}` },
      h("option", { value: "" }, t.sound),
      question.kinds.map((kind) => h("option", { value: kind }, t[`defect_${kind}`] ?? kind))))));
}

function body(question) {
  if (CHOICES.has(question.type)) return choices(question);
  if (question.type === "matching" || question.type === "terms") return pairs(question);
  if (question.type === "ordering") return order(question);
  if (question.type === "defect") return segments(question);
  if (question.type === "open") {
    return h("textarea.own", { name: "text", maxlength: 4000, "aria-label": t.your_answer });
  }
  return h("p.figure", {}, h("input", { name: "value", inputmode: "decimal", maxlength: 40, autocomplete: "off",
    "aria-label": t.your_answer }), question.unit);
}

function legend(question) {
  if (question.type === "open") return fill(t.elements, question);
  return question.count ? fill(t.pick, question) : t.your_answer;
}

/** The form of a question; `button` is what its button says. */
export function form(question, button) {
  return h("form", { id: "question", "data-type": question.type },
    h("p.about", {}, question.topic_name),
    h("h2.stem", { id: "stem", tabindex: -1, lang: question.lang }, question.stem),
    h("fieldset", { lang: question.lang }, h("legend", {}, legend(question)), body(question)),
    h("fieldset.sure", {}, h("legend", {}, t.sure_question), h("div", {}, [1, 2, 3].map((n) => h("label", {},
      h("input", { type: "radio", name: "sure", value: n }), t[`sure_${n}`])))),
    h("p.error", { id: "problem", role: "alert" }),
    h("p.go", {}, h("button.solid", { id: "check" }, button)));
}

/** What was answered, as the server takes it; null where nothing was. */
export function read(node) {
  const data = new FormData(node);
  const named = (prefix) => Object.fromEntries([...data].filter(([name, value]) => name.startsWith(prefix) && value)
    .map(([name, value]) => [name.slice(prefix.length), value]));
  const given = {
    choices: data.getAll("answer"),
    pairs: named("pair-"),
    defects: named("defect-"),
    order: [...node.querySelectorAll("li.order")].map((row) => row.dataset.id),
    value: data.get("value") ?? "",
    text: data.get("text") ?? "",
  };
  const empty = Object.values(given).every((part) => !(part.length ?? Object.keys(part).length));
  return empty ? null : { ...given, sure: Number(data.get("sure")) || null };
}

/** Puts what was answered before back into a form, as far as it can be shown. */
export function restore(node, given) {
  for (const id of given.choices ?? []) node.querySelector(`[name=answer][value="${id}"]`)?.click();
  for (const [name, value] of Object.entries(given.pairs ?? {})) node.elements[`pair-${name}`].value = value;
  for (const [name, value] of Object.entries(given.defects ?? {})) node.elements[`defect-${name}`].value = value;
  for (const id of given.order ?? []) node.querySelector("ol")?.append(node.querySelector(`li[data-id="${id}"]`));
  if (given.value) node.elements.value.value = given.value;
  if (given.text) node.elements.text.value = given.text;
  if (given.sure) node.querySelector(`[name=sure][value="${given.sure}"]`)?.click();
}

function tag(question, line) {
  if (question.type === "open") return line.given ? t.we_found : line.correct ? t.on_your_word : t.we_missed;
  const parts = [];
  if (question.type === "ordering") parts.push(fill(t.step, { number: line.right }));
  if (question.type === "matching" || question.type === "terms") {
    parts.push(fill(t.belongs, { answer: question.answers.find((one) => one.id === line.right)?.text ?? "" }));
  }
  if (question.type === "defect") parts.push(line.right ? t[`defect_${line.right}`] ?? line.right : t.sound);
  const told = CHOICES.has(question.type) || line.given || question.type === "ordering";
  if (told) parts.push(line.correct ? t.is_right : t.is_wrong);
  if (line.given && CHOICES.has(question.type)) parts.push(t.you_chose);
  return parts.join(", ");
}

function lines(question, marked) {
  return h("ul.lines", { lang: question.lang }, marked.lines.map((line) => {
    const state = line.correct ? "li.right" : line.given ? "li.wrong" : "li";
    return h(state, {}, h("p", {}, h("span.tag", { lang }, `${line.correct ? "✓ " : line.given ? "✗ " : ""}${tag(question, line)} `)),
      h("p", {}, line.text), h("p.why", {}, line.why));
  }));
}

/** The mark: verdict, reasons, source. */
export function mark(question, marked) {
  const { source } = marked;
  const row = (label, content) => h("section.row", {}, h("h4.side", {}, label), content);
  return h("section.mark", { id: "mark" },
    h("h3.outcome", { id: "outcome", tabindex: -1 }, t[`verdict_${marked.verdict}`],
      marked.verdict === "partial" && ` – ${fill(t.points, { score: shown(marked.score) })}`),
    marked.expected && h("p", {}, fill(t.result_is, marked)),
    h("p.explained", { lang: question.lang }, marked.explanation),
    lines(question, marked),
    row(t.source_of_answer, h("div", {},
      h("p.source-title", { lang: question.lang }, source.title),
      h("blockquote", { lang: question.lang }, source.quote),
      h("p.source-foot", {}, h("a.open-source", { href: source.url, target: "_blank", rel: "noopener" }, t.read_source)))),
    marked.authority_details.length > 0 && row(t.law, authorities(marked.authority_details, question.lang)),
    marked.note && row(t.lawyer_note, h("p", { lang: question.lang }, marked.note)));
}

/** What a learner says of a text in their own words: a form with what we missed; `count` gets the numbers of what is ticked. */
export function claims(question, marked, count) {
  const missed = marked.lines.filter(({ correct }) => !correct);
  if (question.type !== "open" || !missed.length) return null;
  const node = h("form.claims", { id: "claims" },
    h("fieldset", {}, h("legend", {}, t.claim_lead), missed.map(({ id, text }) => h("label", {},
      h("input", { type: "checkbox", name: "claimed", value: id }), h("span", { lang: question.lang }, text)))),
    h("p.go", {}, h("button.quiet", {}, t.claim_count)));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    count(new FormData(node).getAll("claimed"));
  });
  return node;
}
