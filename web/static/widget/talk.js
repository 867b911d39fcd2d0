// The conversation: asking, the words as they come, what is announced, what went wrong.

/** Announces a text once, politely. */
function say(widget, text, language) {
  const words = plain(text).replace(/\s*\[\d+\]|[*#_`]+/g, "").trim();
  if (words) widget.live.append(h("p", { lang: language }, words));
}

/** A sentence beside the place to ask that is not a failure. */
function notify(widget, text) {
  widget.error.replaceChildren(h("span.calm", {}, text));
  say(widget, text);
}

/** Says what went wrong, with a button to try again where there is something to try. */
function fail(widget, text, again) {
  widget.error.replaceChildren(h("span", {}, text), again ? h("button.quiet", { type: "button", "data-do": "retry",
    onclick: () => {
      widget.field.focus();
      again();
    } }, widget.t.retry) : "");
  say(widget, text);
}

/** Shows the words of a stream as they come, announces whole sentences, and returns the answer. */
async function receive(widget, response, words) {
  let text = "", said = 0;
  for await (const { type, data } of events(response.body)) {
    const content = JSON.parse(data);
    if (type === "token") {
      text += content.text;
      if (content.language) words.lang = content.language;
      words.textContent = plain(text);
      const end = sentencesEnd(text.slice(said));
      say(widget, text.slice(said, said + end), words.lang || null);
      said += end;
    } else if (type === "answer") {
      say(widget, text ? text.slice(said) : content.answer, content.language);
      return content;
    } else if (type === "error") {
      throw problem(0, content.error);
    }
  }
  throw new Problem("network");
}

function busy(widget, controller) {
  const { send, stop, root } = widget;
  const [gone, come] = controller ? [send, stop] : [stop, send];
  widget.running = controller;
  come.hidden = false;
  if (root.activeElement === gone) come.focus();
  gone.hidden = true;
}

/** Asks; `typed` is false for a question that was picked. */
async function ask(widget, question, typed = true) {
  if (widget.running) return;
  const { t, client } = widget;
  const { article, words } = waiting(widget, question);
  widget.error.replaceChildren();
  widget.live.replaceChildren();
  widget.pending = article;
  if (typed) widget.field.value = "";
  drawTurns(widget);
  reveal(article, 0);
  if (!typed) article.querySelector(".asked").focus({ preventScroll: true });
  const controller = new AbortController();
  busy(widget, controller);
  say(widget, t.searching);
  try {
    const answer = await receive(widget, await client.ask(question, controller.signal), words);
    client.remember(answer.conversation_id);
    finish(widget, { question, answer });
  } catch (error) {
    breakOff(widget, { article, words, question, error, stopped: controller.signal.aborted });
  } finally {
    if (widget.running === controller) busy(widget, null);
    drawActions(widget);
  }
}

/** The finished article takes the place of the one that waited, its room and its focus. */
function finish(widget, turn) {
  const { pending, root, t } = widget;
  if (!pending) return; // the conversation was deleted meanwhile
  const focused = pending.contains(root.activeElement);
  const article = answered(widget, turn);
  article.classList.add("fresh");
  pending.replaceWith(article);
  widget.pending = null;
  widget.turns.push(turn);
  if (focused) article.querySelector(".asked").focus({ preventScroll: true });
  say(widget, fill(t.answer_ready, { count: turn.answer.citations?.length ?? 0 }));
}

/** An answer that did not come to its end: what there is of it stays, and the question is there to be sent again. */
function breakOff(widget, { article, words, question, error, stopped }) {
  const { t, lang, field } = widget;
  const begun = !words.querySelector(".searching");
  const focused = article.contains(widget.root.activeElement);
  widget.pending = null;
  if (!field.value) field.value = question;
  words.removeAttribute("aria-busy");
  if (begun) words.after(h("p.warned", {}, stopped ? t.stopped : t.broken_off));
  else article.remove();
  if (focused) field.focus({ preventScroll: true });
  if (!stopped) fail(widget, explain(error, t, lang), () => submit(widget));
  else if (begun) say(widget, t.stopped);
  showStarters(widget);
}

function submit(widget) {
  const question = widget.field.value.trim();
  if (question) ask(widget, question);
  else fail(widget, widget.t.error_empty);
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Scrolls a node to `place`, 0 for the top and 1 for the foot of what is seen. Only what is ours scrolls: scrollIntoView would
 * move the firm's page too.
 */
function reveal(node, place) {
  const inner = node.closest(".scroll, .view");
  const scroller = low.matches && inner.matches(".scroll") ? inner.parentNode : inner;
  const room = Math.max(0, scroller.clientHeight - node.offsetHeight);
  const top = node.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - room * place;
  scroller.scrollTo({ top, behavior: calm() ? "auto" : "smooth" });
}

/** Opens the session, and brings back the conversation of an earlier page. */
async function connect(widget) {
  const { client } = widget;
  if (client.about) return;
  widget.error.replaceChildren();
  try {
    await client.open();
    if (client.conversation) await restore(widget);
  } catch (error) {
    fail(widget, explain(error, widget.t, widget.lang), () => connect(widget));
    drawIntro(widget);
  }
  drawActions(widget);
}

async function restore(widget) {
  const response = await widget.client.call("conversation").catch((error) => error);
  if (response.kind === "gone") widget.client.remember(null);
  if (!response.ok || widget.running) return;
  widget.turns = (await response.json()).turns;
  drawTurns(widget);
  const last = widget.turnsBox.lastElementChild;
  if (last) reveal(last, 0);
}
