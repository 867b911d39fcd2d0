// From a script element of the firm's page to a widget on it.

/**
 * All that one widget is. What is drawn is drawn from it; the parts that are drawn anew with the language (`talk`, `view`,
 * `intro`, `turnsBox`, `field`, `send`, `stop`, `error`, `actionsBox`) are kept on it too.
 * @typedef {object} Widget
 * @property {HTMLScriptElement} script the element that it was asked for with: its attributes say how it stands on the page
 * @property {string} origin of the server
 * @property {HTMLElement} host the one element that is in the page
 * @property {ShadowRoot} root
 * @property {HTMLElement} frame everything that is seen
 * @property {HTMLButtonElement|null} launcher the way in; null for a widget that stands in the page
 * @property {HTMLElement} panel the dialog, or the section in the page
 * @property {Client} client the way to the server
 * @property {"en"|"fr"} lang that the visitor reads
 * @property {Object<string, string>} t the words in that language
 * @property {{question: string, answer: object, verdict?: string}[]} turns what was said
 * @property {HTMLElement|null} pending the article that waits for its answer
 * @property {AbortController|null} running the question that is being answered
 * @property {{node: HTMLElement, key: string, at: number}|null} opener of the view that is open: where the focus goes back to
 * @property {object} letter what was typed for the firm and not sent yet
 * @property {HTMLElement} live the one region that is read aloud
 */

/** @type {Widget[]} every widget of the page */
const WIDGETS = [];
const VALUE = /^(#[0-9a-f]{3}|#[0-9a-f]{6}|\d{1,2}px)$/i;
const PREFIX = "--clausier-";

const sheet = (text, when = "all") => {
  const made = new CSSStyleSheet({ media: when });
  made.replaceSync(text);
  return made;
};

/** The firm's custom properties as the widget's own; `dark` picks those for who prefers a dark page. */
function rules(theme, dark) {
  const own = Object.entries(theme).filter(([name, value]) => name.startsWith(PREFIX) && VALUE.test(value))
    .map(([name, value]) => [name.slice(PREFIX.length), value])
    .filter(([name]) => name.startsWith("dark-") === dark && /^[a-z-]+$/.test(name));
  return `.clausier{${own.map(([name, value]) => `--${name.replace("dark-", "")}:${value};`).join("")}}`;
}

/** Black or white, whichever is read better on a colour (WCAG 2.2, relative luminance). */
function readable(colour) {
  const digits = colour.length > 4 ? colour.slice(1) : colour.slice(1).replace(/./g, "$&$&");
  const [r, g, b] = [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

/** The visitor's own choice, else the attribute, else the language of the page around, else the browser's. */
function language(script, place) {
  const asked = [stored((storage) => storage.getItem("clausier.lang")), script.dataset.lang,
    place.closest("[lang]")?.lang, navigator.language];
  return asked.map((one) => one?.slice(0, 2).toLowerCase()).find((one) => one in WORDS) ?? "fr";
}

/** When the colours of a scheme hold: as the attribute says, else as the visitor's system does. */
const media = (scheme, { dataset }) => (dataset.scheme ? (dataset.scheme === scheme ? "all" : "not all")
  : `(prefers-color-scheme: ${scheme})`);

/** What the firm set for its site, once the server has said it. */
function dress(widget) {
  const { frame, client: { about }, script, root } = widget;
  if (!script.dataset.position) frame.dataset.position = about.position;
  const { theme = {} } = about;
  root.adoptedStyleSheets = [...widget.sheets, sheet(rules(theme, false), media("light", script)),
    sheet(rules(theme, true), media("dark", script))];
  name(widget);
  drawIntro(widget);
  drawActions(widget);
}

/** Builds the widget of a script; nothing is fetched yet. */
function build(script, place) {
  const { site, mode, accent = "", position = "right" } = script.dataset;
  const host = h("clausier-widget");
  const root = host.attachShadow({ mode: "open" }); // open, so that the tools of accessibility see inside
  const sheets = [sheet(STYLE), sheet(DARK, media("dark", script))];
  if (/^#([0-9a-f]{3}){1,2}$/i.test(accent)) sheets.push(sheet(`.launcher{--accent:${accent};--on-accent:${readable(accent)}}`));
  root.adoptedStyleSheets = sheets;
  const origin = new URL(script.src).origin;
  const same = WIDGETS.filter((one) => one.script.dataset.site === site).length;
  const widget = { script, origin, host, root, sheets, turns: [], letter: {}, pending: null, running: null, opener: null,
    live: h("div.unseen", { role: "log", "aria-live": "polite" }),
    client: new Client(origin, site, `clausier.conversation.${site}${same ? `.${same}` : ""}`) };
  widget.client.dress = () => dress(widget);
  widget.lang = widget.client.lang = language(script, place);
  widget.t = WORDS[widget.lang];
  const inline = mode === "inline";
  widget.launcher = inline ? null : launcherOf(widget);
  widget.panel = inline ? h("section.panel") : dialogOf(widget);
  const row = WIDGETS.filter((one) => one.launcher && one.frame.dataset.position === position).length;
  widget.frame = h("div.clausier", { "data-mode": inline ? "inline" : "launcher", "data-position": position, "data-row": row },
    widget.launcher && h("aside", {}, widget.launcher), widget.panel);
  root.append(widget.frame);
  return widget;
}

const launcherOf = (widget) => h("button.launcher", { type: "button", "aria-haspopup": "dialog", onclick: () => open(widget) },
  h("span", { "aria-hidden": "true" }, "§"), "");

const dialogOf = (widget) => h("dialog.panel", {
  oncancel: (event) => { // the gesture that goes back
    event.preventDefault();
    escape(widget);
  },
  onclose: () => widget.panel.open || close(widget), // a browser that closes whatever we say
});

/** Keys pressed here are not the page's shortcuts. */
function listen(widget) {
  for (const type of ["keydown", "keypress", "keyup"]) widget.host.addEventListener(type, (event) => event.stopPropagation());
  widget.frame.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    escape(widget);
  });
  if (!widget.launcher) return;
  narrow.addEventListener("change", () => widget.panel.open && stage(widget));
  for (const type of ["resize", "scroll"]) window.visualViewport?.addEventListener(type, () => widget.panel.open && fit(widget));
}

/** In the page: connects when it is seen. */
function settle(widget, place, target) {
  const room = target?.clientHeight ?? 0;
  if (room >= 320) widget.root.adoptedStyleSheets = widget.sheets = [...widget.sheets, sheet(`.clausier{height:${room}px}`)];
  if (target) target.append(widget.host);
  else place.after(widget.host);
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    connect(widget);
  }).observe(widget.host);
}

/** At the corner of the window, beside the body and above whatever the page does with its layers. */
function float(widget) {
  const { host, script } = widget;
  document.documentElement.append(host);
  if ("popover" in host) {
    host.popover = "manual";
    host.showPopover();
  }
  if (script.dataset.open != null && script.dataset.open !== "false" && !narrow.matches) open(widget, false);
}

/** The element that a selector of the firm names; none, with a word to its engineer, where it names none. */
function placeOf(selector) {
  try {
    const found = document.querySelector(selector);
    if (found) return found;
  } catch { /* no selector */ }
  console.warn(`Clausier: there is no ${selector} on this page, so that the assistant has no place.`);
  return null;
}

/** Whether the page has this widget already: a second launcher of a site is the first. */
const isThere = (script, inline) => WIDGETS.some((one) => one.script === script || (!inline && one.launcher
  && one.origin === new URL(script.src).origin && one.script.dataset.site === script.dataset.site));

/** Puts the widget of `script` on its page, once. */
function mount(script) {
  const { site, mode, target } = script?.dataset ?? {};
  if (!site) {
    console.warn("Clausier: the script element needs data-site, the name that the firm's server gave to this website.");
    return;
  }
  const inline = mode === "inline";
  if (isThere(script, inline)) return;
  const place = inline && target ? placeOf(target) : null;
  if (inline && target && !place) return;
  const widget = build(script, place ?? script);
  draw(widget);
  listen(widget);
  WIDGETS.push(widget);
  if (inline) settle(widget, script, place);
  else float(widget);
}

/** Mounts now, or as soon as the place for it has been read. */
function begin(script) {
  const { mode, target } = script?.dataset ?? {};
  if (document.readyState === "loading" && (mode !== "inline" || target)) {
    document.addEventListener("DOMContentLoaded", () => mount(script), { once: true });
  } else {
    mount(script);
  }
}

const of = (site) => WIDGETS.find((one) => one.launcher && (!site || one.script.dataset.site === site));
Object.defineProperty(window, "Clausier", { value: Object.freeze({
  begin,
  open: (site) => { if (of(site) && !of(site).panel.open) open(of(site)); },
  close: (site) => { if (of(site)?.panel.open) close(of(site)); },
}) });
begin(document.currentScript);
