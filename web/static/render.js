// From JSON to the page. _answer.html and _authorities.html build the same markup on the server.
// Text always enters as text; the one piece of HTML we receive passes through clean().

const store = document.getElementById("messages").dataset;
export const t = JSON.parse(store.messages);
export const lang = store.lang;
export const audience = store.audience; // for whom answers are asked
export const token = store.token; // of the session, for who is signed in

/** fill("Try in {seconds} s", {seconds: 5}) */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** h("p.path", {lang: "fr"}, child, ...): an element; children that are null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) if (value != null) node.setAttribute(key, value);
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const KEPT = new Set(("p br hr strong em b i u s sup sub ul ol li dl dt dd blockquote q cite code pre h3 h4 h5 h6 " +
  "table thead tbody tr th td a span del ins abbr").split(" "));
const DROPPED = new Set("script style template svg math iframe object embed noscript textarea title".split(" "));

/** The nodes of `html` again, made only of allowed elements and attributes; text elsewhere is kept as text. */
export function clean(html) {
  const copy = (from, to) => {
    for (const node of from.childNodes) {
      const name = node.nodeName.toLowerCase();
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(name)) continue;
      if (!KEPT.has(name)) {
        copy(node, to);
        continue;
      }
      const kept = document.createElement(name);
      const href = name === "a" && node.getAttribute("href");
      if (href && /^(#cite-\d+$|https:\/\/)/.test(href)) kept.setAttribute("href", href);
      if (href && href.startsWith("https:")) kept.rel = "noopener noreferrer";
      if (name === "sup" && node.classList.contains("ref")) kept.className = "ref";
      if (/^(en|fr)$/.test(node.lang)) kept.lang = node.lang;
      if (name === "ol" && /^\d+$/.test(node.getAttribute("start"))) kept.setAttribute("start", node.getAttribute("start"));
      copy(node, kept);
      to.append(kept);
    }
    return to;
  };
  return copy(new DOMParser().parseFromString(html, "text/html").body, document.createDocumentFragment());
}

const row = (label, heading, content, tag = "section.row") =>
  h(tag, {}, h(`${heading}.side`, {}, label), content);
const hidden = (text) => h("span.visually-hidden", {}, text);

export function authorities(list, language) {
  return h("dl.law-list", { lang: language }, list.map(({ ref, text, status, url }) => h("div", {},
    h("dt", {}, ref),
    h("dd", {}, text, " ", h("span.standing", { lang },
      h("span", {}, t[`status_${String(status).toLowerCase()}`] ?? ""),
      /^https:\/\//.test(url ?? "") && h("a", { href: url, rel: "noopener noreferrer external" },
        t.official_text, hidden(`, ${ref}`)))))));
}

export function path(kind, heading, language) {
  return h("p.path", {}, kind && h("span", {}, t[`kind_${kind}`] ?? kind), " ",
    (heading ?? []).flatMap((part) => [h("span", { lang: language }, part), " "]));
}

function source(citation, id, language, details) {
  const { n, title, kind, heading, quote, verified, start, end } = citation;
  const where = encodeURIComponent(citation.passage_id).replaceAll("%2F", "/");
  return h("li", { id: `${id}-cite-${n}`, tabindex: -1 },
    h("span.number", {}, n),
    h("div", {},
      h("p.source-title", { lang: citation.lang }, title),
      path(kind, heading, citation.lang),
      h("blockquote", { lang: citation.lang }, quote),
      !verified && h("p.unverified", {}, t.unverified),
      citation.overdue && h("p.unverified", {}, `${t.review_due} `,
        h("time", { datetime: citation.review_due }, citation.review_due), ` (${t.review_overdue})`),
      h("p.source-foot", {},
        (citation.authorities ?? []).flatMap((key) => [h("span.ref-law", { lang: language },
          details.find((one) => one.key === key)?.ref ?? key), " "]),
        h("a.open-source", { href: `/passages/${where}?start=${start}&end=${end}&lang=${lang}#quote`, target: "_blank",
          rel: "noopener" }, t.open_source, hidden(`, ${fill(t.source_mark, { n })}`)))));
}

/** The article of a question that waits for its answer; `prose` takes the words as they come. */
export function pending(question) {
  const prose = h("div.prose.streaming", { "aria-busy": "true" }, h("p.searching", {}, t.searching));
  const article = h("article.turn", {},
    row(t.question_label, "p", h("h2.asked", { tabindex: -1 }, question), "div.row"),
    row(t.answer_label, "p", h("div", {}, prose), "div.row"));
  return { article, prose };
}

export function answered(question, answer) {
  const { language, citations = [], follow_ups: more = [], provenance: told } = answer;
  const id = `a-${answer.id}`;
  const details = answer.authority_details ?? [];
  const verdict = !answer.answerable ? [t.refused, t[`reason_${answer.reason}`]]
    : answer.support === "partial" ? [t.support_partial] : null;
  return h("article.turn", { id, "data-answer": answer.id },
    row(t.question_label, "p", h("h2.asked", { lang: language, tabindex: -1 }, question), "div.row"),
    row(t.answer_label, "p", h("div", {},
      verdict && h("p.verdict", {}, h("strong", {}, verdict[0]), " ", verdict[1]),
      h("div.prose", { lang: language }, clean(answer.answer_html ?? "")),
      answer.answerable && h("p.engine", {},
        answer.engine === "extractive" ? t.engine_extractive : fill(t.engine_model, answer)),
      answer.answerable && told?.written > 0 && h("p.engine", {}, fill(t.engine_share, told)),
      (answer.notices ?? []).map((notice) => h("p.engine", { lang: language }, notice))), "div.row"),
    answer.handoff && row(t.handoff, "h3", h("p", {}, t.handoff_text), "section.row.handoff"),
    citations.length > 0 && row(t.sources, "h3",
      h("ol.sources", {}, citations.map((one) => source(one, id, language, details))), "section.row.notes"),
    details.length > 0 && row(t.law, "h3", authorities(details, language)),
    more.length > 0 && row(t.follow_ups, "h3",
      h("ul.asks", { lang: language }, more.map((text) => h("li", {}, h("button", { name: "question", value: text }, text)))),
      "form.row.follow"));
}

/** Gives an article what needs scripts: marks that find their source and the way back, and the actions. */
export function enhance(article) {
  const id = article.id;
  for (const mark of article.querySelectorAll("sup.ref a")) {
    const n = /cite-(\d+)$/.exec(mark.getAttribute("href") ?? "")?.[1];
    const note = n && article.querySelector(`#${CSS.escape(`${id}-cite-${n}`)}`);
    if (!note) continue;
    mark.href = `#${id}-cite-${n}`;
    mark.setAttribute("aria-label", fill(t.source_mark, { n }));
    const number = note.querySelector(".number");
    if (number.firstElementChild) continue;
    mark.id = `${id}-ref-${n}`;
    number.replaceChildren(h("a", { href: `#${mark.id}`, "aria-label": `${n}. ${t.back_to_text}`, title: t.back_to_text }, n));
  }
  for (const link of article.querySelectorAll(".open-source")) link.setAttribute("aria-haspopup", "dialog");
  article.querySelector("form.follow")?.setAttribute("data-ask", "");
  const actions = document.getElementById("actions").content.cloneNode(true);
  article.insertBefore(actions, article.querySelector(".follow"));
  return article;
}

/** The answer as plain text with its sources as footnotes, for the clipboard. */
export function asText(article) {
  const words = (node) => node.innerText.trim().replace(/[ \t]+/g, " ");
  const prose = article.querySelector(".prose").cloneNode(true);
  for (const mark of prose.querySelectorAll("sup.ref")) mark.replaceWith(` [${mark.textContent.trim()}]`);
  const body = article.querySelector(".prose").parentNode.appendChild(prose); // innerText needs a place on the page
  const text = words(body);
  body.remove();
  const notes = [...article.querySelectorAll(".sources > li")].map((note) => {
    const quote = note.querySelector("blockquote");
    const [open, close] = quote.lang === "fr" ? ["«\u00a0", "\u00a0»"] : ["“", "”"];
    const law = [...note.querySelectorAll(".ref-law")].map(words).join("; ");
    return `[${words(note.querySelector(".number"))}] ${words(note.querySelector(".source-title"))}\n` +
      `${open}${quote.textContent}${close}` + (law && `\n${law}`);
  });
  return [words(article.querySelector(".asked")), text, ...notes, t.notice].join("\n\n");
}
