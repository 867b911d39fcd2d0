// What is seen: the head, the conversation, the place to ask, and one view at a time that stands before them.

const OTHER = { en: "fr", fr: "en" };
const narrow = matchMedia("(max-width: 767.98px)");
const low = matchMedia("(max-height: 28em)"); // widget.css lets the whole scroll then

/** A text that the firm wrote in both languages: the reader's, else the other one, marked as such. */
function own(pair, lang) {
  const from = pair?.[lang]?.length ? lang : OTHER[lang];
  return pair?.[from]?.length ? { said: pair[from], from } : null;
}

function privacyLink({ t, client }) {
  const url = client.about?.privacy_url;
  return /^https?:\/\//.test(url ?? "") ? outward(t, url, t.privacy_link) : "";
}

/** Everything again, in the language that is chosen now. */
function draw(widget) {
  const { t, lang, frame, panel, launcher, client } = widget;
  const typed = widget.field?.value ?? "";
  frame.lang = lang;
  if (launcher) launcher.lastChild.data = client.conversation ? t.launcher_again : t.launcher;
  widget.talk = talk(widget);
  widget.view = h("section.view", { hidden: true, "aria-labelledby": "view-title" });
  panel.replaceChildren(head(widget), widget.talk, widget.view, widget.live);
  widget.field.value = typed;
  name(widget);
  drawIntro(widget);
  drawTurns(widget);
  drawActions(widget);
  if (widget.running) busy(widget, widget.running);
}

/** The firm's name, at the head and as the name of the whole. */
function name({ t, panel, firm, client, launcher }) {
  firm.textContent = client.about?.name ?? "\u00a0";
  panel.setAttribute("aria-label", client.about ? `${client.about.name}, ${t.assistant.toLowerCase()}` : t.assistant);
  launcher?.parentNode.setAttribute("aria-label", t.assistant);
}

function head(widget) {
  const { t, lang, launcher } = widget;
  const other = OTHER[lang];
  widget.firm = h("span.firm");
  return h("header.head", {},
    h("p.title", {}, widget.firm, h("span.role", {}, t.assistant)),
    h("button.quiet", { type: "button", lang: other, "data-do": "lang", onclick: () => speak(widget, other) },
      t[`language_${other}`]),
    launcher && h("button.close", { type: "button", "aria-label": t.close, title: t.close, onclick: () => close(widget) }, "×"));
}

function talk(widget) {
  widget.intro = h("div.intro");
  widget.turnsBox = h("section.turns", { "aria-label": widget.t.conversation_label });
  widget.scroll = h("div.scroll", { tabindex: -1 }, widget.intro, widget.turnsBox);
  return h("div.talk", {}, widget.scroll, dock(widget));
}

/** What stands before the first question; while the server has not said what, only that it is asked. */
function drawIntro(widget) {
  const { t, lang, intro, client: { about }, root } = widget;
  const focused = intro.contains(root.activeElement);
  const greeting = own(about?.greeting, lang) ?? { said: t.greeting, from: lang };
  const starters = own(about?.starters, lang);
  widget.starters = h("div.starters", {}, starters && [label(t.starters, "h3"), picks(widget, starters.said, starters.from)]);
  intro.replaceChildren(...(about || widget.error.hasChildNodes() ? [
    h("h2.greeting", { lang: greeting.from, tabindex: -1 }, greeting.said),
    h("p.lead", {}, t.tagline),
    h("div.notice", { role: "note", id: "notice" },
      h("p", {}, h("strong", {}, t.notice)), h("p", {}, t.privacy, " ", privacyLink(widget)), h("p", {}, t.sign_off)),
    widget.starters,
  ] : [h("h2.searching", { tabindex: -1 }, t.opening)]));
  if (focused) intro.firstElementChild.focus({ preventScroll: true });
  showStarters(widget);
}

/** Starters are for the beginning. */
function showStarters({ starters, turnsBox, client }) {
  starters.hidden = !client.about || turnsBox.hasChildNodes();
}

function drawTurns(widget) {
  const { turns, turnsBox, pending } = widget;
  turnsBox.replaceChildren(...turns.map((turn) => answered(widget, turn)), ...(pending ? [pending] : []));
  showStarters(widget);
}

function dock(widget) {
  const { t } = widget;
  const send = h("button.solid", { "data-do": "send" }, t.send);
  const stop = h("button.solid", { type: "button", hidden: true, "data-do": "stop", onclick: (event) => {
    if (event.detail < 2) widget.running?.abort(); // the second click of a double one was meant for sending
  } }, t.stop);
  const field = h("textarea", { id: "question", rows: 2, maxlength: 20_000, placeholder: t.placeholder, autocomplete: "off",
    "aria-describedby": "notice help", onkeydown: (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!widget.running) submit(widget);
    } });
  Object.assign(widget, { send, stop, field, error: h("p.error"), actionsBox: h("p.buttons", { role: "group",
    "aria-label": t.conversation_actions }) });
  return h("form.dock", { onsubmit: (event) => {
    event.preventDefault();
    if (!widget.running) submit(widget);
  } }, widget.error,
  h("label.unseen", { for: "question" }, t.composer_label), h("div.asking", {}, field, send, stop),
  h("span.unseen", { id: "help" }, t.composer_help),
  h("p.small", {}, t.notice_short), widget.actionsBox);
}

/** What one can do with the conversation as it stands. */
function drawActions(widget) {
  const { t, client, actionsBox, root } = widget;
  const kept = actionsBox.contains(root.activeElement) && root.activeElement.dataset.do;
  const button = (key, text, full, act) => h("button.quiet", { type: "button", "data-do": key, "aria-label": full,
    onclick: (event) => act(widget, event.currentTarget) }, text);
  actionsBox.replaceChildren(...[
    client.about?.handoff && lawyerButton(widget, "button.quiet"),
    client.conversation && button("download", t.download, t.download_conversation, download),
    client.conversation && button("delete", t.delete, t.delete_conversation, openErasure),
  ].filter(Boolean));
  if (kept) (actionsBox.querySelector(`[data-do=${kept}]`) ?? widget.field).focus();
}

/** The visitor's own choice of language, kept for the pages to come. */
function speak(widget, lang) {
  widget.lang = widget.client.lang = lang;
  widget.t = WORDS[lang];
  stored((storage) => storage.setItem("clausier.lang", lang));
  draw(widget);
  widget.panel.querySelector("[data-do=lang]").focus();
}

// --- views ----------------------------------------------------------------------------------------------------------------

/** Shows a view in place of the conversation and returns the place for its content. */
function openView(widget, { title, lang, opener }) {
  const { t, talk: behind, view, scroll } = widget;
  const content = h("div.view-content");
  widget.opener ??= { node: opener, key: opener.dataset.do, at: scroll.scrollTop };
  view.replaceChildren(
    h("p.back", {}, h("button.quiet", { type: "button", "data-do": "back", onclick: () => closeView(widget) },
      h("span", { "aria-hidden": "true" }, "← "), t.back_to_conversation)),
    h("h2.view-title", { id: "view-title", tabindex: -1, lang }, title), content);
  behind.hidden = true;
  view.hidden = false;
  view.scrollTop = 0;
  view.querySelector("#view-title").focus();
  return content;
}

/** Another title for the view that is open, and the focus on it: the page that was there is no more. */
function retitle({ view }, text) {
  const title = view.querySelector("#view-title");
  title.textContent = text;
  title.removeAttribute("lang");
  title.focus();
}

/** Back to the conversation; the focus goes back to what opened the view. */
function closeView(widget) {
  const { view, talk: behind, opener, scroll, actionsBox, field } = widget;
  view.hidden = true;
  behind.hidden = false;
  widget.opener = null;
  drawActions(widget);
  scroll.scrollTop = opener.at;
  const back = opener.node.isConnected ? opener.node : actionsBox.querySelector(`[data-do=${opener.key}]`) ?? field;
  back.focus({ preventScroll: true });
}

// --- opening and closing --------------------------------------------------------------------------------------------------

/** Puts the panel up: over everything on a narrow window, where the page behind rests; else beside the page. */
function stage(widget) {
  const { panel, root, scroll } = widget;
  const focused = root.activeElement, at = scroll.scrollTop;
  if (panel.open) panel.close();
  if (narrow.matches) panel.showModal();
  else panel.setAttribute("open", "");
  scroll.scrollTop = at;
  fit(widget);
  focused?.focus({ preventScroll: true });
}

/** On a phone the keyboard leaves less to see than the window has. */
function fit({ panel }) {
  const seen = narrow.matches ? window.visualViewport : null;
  panel.style.height = seen ? `${seen.height}px` : "";
  panel.style.top = seen ? `${seen.offsetTop}px` : "";
}

function open(widget, focus = true) {
  for (const other of WIDGETS) if (other !== widget && other.launcher && other.panel.open) close(other, false);
  widget.launcher.hidden = true;
  stage(widget);
  connect(widget);
  widget.scroll.scrollTop = widget.at ?? 0;
  if (focus) (narrow.matches || low.matches ? widget.intro.firstElementChild : widget.field).focus({ preventScroll: true });
}

function close(widget, focus = true) {
  const { panel, launcher, scroll, client, t } = widget;
  if (!launcher.hidden) return;
  if (widget.opener) closeView(widget);
  if (panel.open) widget.at = scroll.scrollTop;
  panel.close();
  launcher.lastChild.data = client.conversation ? t.launcher_again : t.launcher;
  launcher.hidden = false;
  if (focus) launcher.focus();
}

/** Escape leaves what is innermost. */
function escape(widget) {
  if (widget.opener) closeView(widget);
  else if (widget.launcher) close(widget);
}
