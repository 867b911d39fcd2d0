// The dialog that opens a source at the exact words.

import { authorities, fill, h, path, t } from "./render.js";

const dialog = document.getElementById("source");
const body = document.getElementById("source-body");

/** The passage's text with its characters start..end marked, if they are still the words quoted. */
function marked(passage, start, end, quote) {
  const characters = Array.from(passage.text); // offsets count code points
  const words = characters.slice(start, end).join("");
  if (!words || words !== quote) return { text: [passage.text], mark: null };
  const mark = h("mark", {}, words);
  return { text: [characters.slice(0, start).join(""), mark, characters.slice(end).join("")], mark };
}

function show(passage, address, quote) {
  const query = address.searchParams;
  const { text, mark } = marked(passage, Number(query.get("start")), Number(query.get("end")), quote);
  body.replaceChildren(
    h("h2", { id: "source-title", lang: passage.lang }, passage.title),
    path(null, passage.heading, passage.lang),
    mark ? "" : h("p.unverified", {}, t.source_changed),
    h("div.law-text", { lang: passage.lang }, text),
    passage.authorities?.length ? h("h3", {}, t.law) : "",
    passage.authorities?.length ? authorities(passage.authorities, passage.lang) : "",
    h("p.engine", {},
      passage.page != null && h("span", {}, fill(t.source_page, passage), ". "),
      passage.review_due && h("span", {}, `${t.review_due} ${passage.review_due}`,
        passage.overdue && ` (${t.review_overdue})`, ". "),
      `${t.sign_off}. `,
      h("a", { href: address.href, target: "_blank", rel: "noopener" }, t.full_page)));
  mark?.scrollIntoView({ block: "center" });
}

/** Opens the passage that `link` leads to; when the dialog closes, focus goes back to the link. */
export async function openSource(link) {
  const address = new URL(link.href);
  const quote = link.closest("li").querySelector("blockquote").textContent;
  body.replaceChildren(h("h2", { id: "source-title" }, t.source_label), h("p", { role: "status" }, t.loading_source));
  dialog.addEventListener("close", () => link.focus(), { once: true });
  dialog.showModal();
  try {
    const response = await fetch(`/api/v1${address.pathname}`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    show(await response.json(), address, quote);
  } catch {
    body.replaceChildren(h("h2", { id: "source-title" }, t.source_label), h("p.error", { role: "alert" }, t.source_failed));
  }
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
});
