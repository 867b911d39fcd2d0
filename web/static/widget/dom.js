// Elements out of data. Text always enters as text, so that a page that enforces Trusted Types has nothing to refuse.

/** fill("Source {n}", {n: 3}) */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/**
 * h("p.path", {lang: "fr"}, child, ...): an element. An attribute that is null or false is left out, one that is true is set
 * empty, a function listens; children that are null or false are left out.
 * @returns {HTMLElement}
 */
function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (value != null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const hidden = (text) => h("span.unseen", {}, text);

/** A link that leaves the page for a tab of its own, and says so. */
const outward = (t, href, text, more = "") =>
  h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text, hidden(`${more} (${t.new_tab})`));

const TAGS = new Set("p br ul ol li strong em blockquote h3 h4 sup a code".split(" "));
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'", nbsp: "\u00a0" };
const unescaped = (text) => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name) => ENTITIES[name]);

/**
 * The prose of an answer, built from the server's sanitised HTML without a parser of the browser: the tags above and the
 * marks of the sources; whatever else may come stays text.
 * @param {string} html
 * @param {(n: string) => Node} mark makes the link to source n
 */
function prose(html, mark) {
  const top = document.createDocumentFragment();
  let at = top;
  for (const [whole, closing, name, rest, text] of html.matchAll(/<(\/?)([a-z]+[0-9]?)((?:\s[^<>]*)?)>|([^<]+|<)/g)) {
    if (text || !TAGS.has(name)) at.append(unescaped(text ?? whole));
    else if (closing) at = at.parentNode ?? top;
    else if (name === "a") at = at.appendChild(mark(/#cite-(\d+)"/.exec(rest)?.[1]));
    else if (name === "br") at.append(h("br"));
    else at = at.appendChild(h(name === "sup" ? "sup.ref" : name, { start: /\bstart="(\d+)"/.exec(rest)?.[1] }));
  }
  return top;
}

/** Markdown as it comes, without the signs that would only disturb. */
const plain = (text) => text.replace(/\*\*|^#+ /gm, "").replace(/\\([!-/:-@[-`{-~])/g, "$1");

/** Calls `use` with the storage of the tab; null where it is blocked. */
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
