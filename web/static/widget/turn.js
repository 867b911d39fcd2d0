// A question with its answer and its sources.

const label = (text, tag = "p") => h(`${tag}.side`, {}, text);
const part = (text, content, heading = "h4") => h("section.part", {}, label(text, heading), content);

function path(t, kind, heading, language) {
  return h("p.path", {}, kind && h("span", {}, t[`kind_${kind}`] ?? kind), " ",
    (heading ?? []).flatMap((one) => [h("span", { lang: language }, one), " "]));
}

function authorities(widget, list, language) {
  const { t, lang } = widget;
  return h("dl.law-list", { lang: language }, list.map(({ ref, text, status, url }) => h("div", {},
    h("dt", {}, ref),
    h("dd", {}, text, " ", h("span.standing", { lang },
      h("span", {}, t[`status_${String(status).toLowerCase()}`] ?? ""), " ",
      /^https:\/\//.test(url ?? "") && outward(t, url, t.official_text, `, ${ref}`))))));
}

function footnote(widget, turn, citation) {
  const { t } = widget;
  const { n, title, kind, heading, quote, verified, overdue, review_due: due } = citation;
  const source = fill(t.source_mark, { n });
  const details = turn.answer.authority_details ?? [];
  const refs = (citation.authorities ?? []).map((key) => details.find((one) => one.key === key)?.ref ?? key);
  const note = h("li", { tabindex: -1, "data-note": n },
    h("span.number", {}, h("button", { type: "button", "aria-label": `${n}. ${t.back_to_text}`, title: t.back_to_text,
      onclick: () => land(note.closest(".turn").querySelector(`[data-mark="${n}"]`)) }, n)),
    h("div", {},
      h("p.source-title", { lang: citation.lang }, title),
      path(t, kind, heading, citation.lang),
      h("blockquote", { lang: citation.lang }, quote),
      !verified && h("p.warned", {}, t.unverified),
      overdue && h("p.warned", {}, `${t.review_due} `, h("time", { datetime: due }, due), ` (${t.review_overdue})`),
      h("p.source-foot", {},
        refs.flatMap((ref) => [h("span", { lang: turn.answer.language }, ref), " "]),
        h("button.quiet", { type: "button", "data-do": "source", onclick: (event) =>
          openSource(widget, citation, event.currentTarget) }, t.open_source, hidden(`, ${source}`)))));
  return note;
}

/** Puts the focus on a node and brings it into view. */
function land(node) {
  node?.focus({ preventScroll: true });
  if (node) reveal(node, 0.2);
}

function mark(t, n) {
  const button = h("button.mark", { type: "button", "data-mark": n, "aria-label": fill(t.source_mark, { n }),
    onclick: () => land(button.closest(".turn").querySelector(`[data-note="${n}"]`)) });
  return button;
}

/** The article of a question that waits for its answer; `words` takes them as they come. */
function waiting(widget, question) {
  const words = h("div.prose.streaming", { "aria-busy": "true" }, h("p.searching", {}, widget.t.searching));
  const article = h("article.turn.fresh", {},
    label(widget.t.question_label), h("h3.asked", { tabindex: -1 }, question),
    label(widget.t.answer_label), words);
  return { article, words };
}

/** The article of a question with its answer. */
function answered(widget, turn) {
  const { t } = widget;
  const { question, answer } = turn;
  const { language, citations = [], follow_ups: more = [], authority_details: law = [] } = answer;
  const verdict = !answer.answerable ? [t.refused, t[`reason_${answer.reason}`]]
    : answer.support === "partial" ? [t.support_partial] : null;
  return h("article.turn", { "data-answer": answer.id },
    label(t.question_label), h("h3.asked", { lang: language, tabindex: -1 }, question),
    label(t.answer_label),
    verdict && h("p.verdict", {}, h("strong", {}, verdict[0]), " ", verdict[1]),
    h("div.prose", { lang: language }, prose(answer.answer_html ?? "", (n) => mark(t, n))),
    answer.answerable && h("p.engine", {}, answer.engine === "extractive" ? t.engine_extractive : fill(t.engine_model, answer)),
    answer.handoff && h("section.part.handoff", {}, label(t.handoff, "h4"), h("p", {}, t.handoff_text),
      widget.client.about?.handoff && lawyerButton(widget, "button.solid")),
    citations.length > 0 && part(t.sources, h("ol.sources", {}, citations.map((one) => footnote(widget, turn, one)))),
    law.length > 0 && part(t.law, authorities(widget, law, language)),
    actions(widget, turn),
    more.length > 0 && part(t.follow_ups, picks(widget, more, language)));
}

/** Questions to pick. */
function picks(widget, list, language) {
  return h("ul.asks", { lang: language }, list.map((text) =>
    h("li", {}, h("button", { type: "button", onclick: () => ask(widget, text, false) }, text))));
}

// --- what one can do with an answer ---------------------------------------------------------------------------------------

function actions(widget, turn) {
  const { t } = widget;
  const told = h("span.told");
  const tell = (text) => {
    told.textContent = text;
    say(widget, text);
  };
  const reason = h("input", { name: "reason", maxlength: 500, autocomplete: "off" });
  const remark = h("form.remark", { hidden: true, onsubmit: (event) => {
    event.preventDefault();
    opine("down", reason.value.trim());
  } }, h("label", {}, t.feedback_reason, " ", reason), h("button.quiet", {}, t.feedback_send));
  const thumb = (verdict, text) => h("button.quiet", { type: "button", "data-do": verdict, onclick: () => opine(verdict),
    "aria-pressed": String(turn.verdict === verdict) }, text);
  const thumbs = [thumb("up", t.helpful), thumb("down", t.not_helpful)];

  async function opine(verdict, why) {
    const body = { conversation_id: widget.client.conversation, answer_id: turn.answer.id, verdict, ...(why && { reason: why }) };
    const sent = await widget.client.call("feedback", { method: "POST", body }).catch(() => null);
    tell(sent ? t.feedback_thanks : t.error_feedback);
    if (!sent) return;
    turn.verdict = verdict;
    for (const button of thumbs) button.setAttribute("aria-pressed", String(button.dataset.do === verdict));
    if (why && remark.contains(widget.root.activeElement)) thumbs[1].focus();
    remark.hidden = verdict === "up" || Boolean(why);
  }

  async function copy() {
    const copied = await navigator.clipboard?.writeText(asText(t, turn)).then(() => true, () => false);
    tell(copied ? t.copied : t.error_copy);
  }

  return h("section.part.actions", {}, h("h4.unseen", {}, t.actions),
    h("p.buttons", {}, h("button.quiet", { type: "button", "data-do": "copy", onclick: copy }, t.copy_answer), thumbs, told),
    remark);
}

/** The answer as plain text with its sources as footnotes, for the clipboard. */
function asText(t, { question, answer }) {
  const details = answer.authority_details ?? [];
  const notes = (answer.citations ?? []).map(({ n, title, lang, quote, authorities: keys = [] }) => {
    const [opening, closing] = lang === "fr" ? ["«\u00a0", "\u00a0»"] : ["“", "”"];
    const law = keys.map((key) => details.find((one) => one.key === key)?.ref ?? key).join("; ");
    return `[${n}] ${title}\n${opening}${quote}${closing}${law && `\n${law}`}`;
  });
  return [question, plain(answer.answer), ...notes, t.notice].join("\n\n");
}
