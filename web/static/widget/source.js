// A source, opened inside the widget at the exact words.

/** The passage's text with its characters start..end marked, if they are still the words quoted. */
function marked(passage, { start, end, quote }) {
  const characters = Array.from(passage.text); // offsets count code points
  const words = characters.slice(start, end).join("");
  if (!words || words !== quote) return [passage.text];
  return [characters.slice(0, start).join(""), h("mark", {}, words), characters.slice(end).join("")];
}

function shown(widget, passage, citation, address) {
  const { t } = widget;
  const text = marked(passage, citation);
  return [
    path(t, null, passage.heading, passage.lang),
    text.length === 1 && h("p.warned", {}, t.source_changed),
    h("div.law-text", { lang: passage.lang }, text),
    passage.authorities?.length > 0 && part(t.law, authorities(widget, passage.authorities, passage.lang), "h3"),
    h("p.engine", {},
      passage.page != null && `${fill(t.source_page, passage)}. `,
      passage.review_due && `${t.review_due} ${passage.review_due}${passage.overdue ? ` (${t.review_overdue})` : ""}. `,
      `${t.sign_off}. `,
      outward(t, address, t.full_page)),
  ];
}

/** What is certain without the server: the words that the answer quoted. */
function quoted({ t }, citation, address, failed) {
  return [
    path(t, citation.kind, citation.heading, citation.lang),
    failed && h("p.warned", {}, t.source_failed),
    label(t.quoted_words, "h3"),
    h("blockquote", { lang: citation.lang }, citation.quote),
    h("p.engine", {}, outward(t, address, t.full_page)),
  ];
}

/** Opens the passage of a citation; when it closes, the focus goes back to `opener`. */
async function openSource(widget, citation, opener) {
  const { t } = widget;
  const id = encodeURIComponent(citation.passage_id).replaceAll("%2F", "/");
  const address = `${widget.origin}/passages/${id}?start=${citation.start}&end=${citation.end}&lang=${widget.lang}#quote`;
  const view = openView(widget, { title: citation.title, lang: citation.lang, opener });
  view.replaceChildren(h("p.searching", {}, t.loading_source));
  const response = await widget.client.call(`passages/${id}`).catch((error) => error);
  const passage = response.ok && await response.json().catch(() => null);
  const content = passage ? shown(widget, passage, citation, address)
    : quoted(widget, citation, address, response.kind !== "gone");
  view.replaceChildren(...content.filter(Boolean));
  const words = view.querySelector("mark");
  if (words) reveal(words, 0.5);
}
