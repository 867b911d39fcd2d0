// Pages of the workspace: forms that show their result as one types, copying, the menu.
// Each form works without this file, by a button.

import { say, send, words } from "./desk.js";

document.documentElement.classList.add("scripted");

// The rail stands open where there is room for it.
const rail = document.querySelector(".rail-menu");
const room = matchMedia("(min-width: 64rem)");
const fit = () => rail?.toggleAttribute("open", room.matches);
room.addEventListener("change", fit);
fit();

/** Put each [data-swap] element of `page` in the place of its namesake here. */
function swap(page, all) {
  for (const fresh of page.querySelectorAll(all ? "[data-swap]" : '[data-swap=""]')) {
    const focused = document.activeElement?.id;
    const stale = document.getElementById(fresh.id);
    const opened = [...(stale?.querySelectorAll("details") ?? [])].map((one) => one.open);
    fresh.querySelectorAll("details").forEach((one, n) => one.toggleAttribute("open", opened[n] ?? one.open));
    stale?.replaceWith(fresh);
    if (focused && fresh.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
  }
}

let asked = 0;
async function show(form, all = false) {
  const mine = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  const get = form.method === "get";
  const address = new URL(form.action);
  if (get) address.search = fields;
  const regions = document.querySelectorAll("[data-swap]");
  regions.forEach((region) => region.setAttribute("aria-busy", "true"));
  const response = await send(address, get ? {} : { method: "POST", body: fields });
  if (mine !== asked) return; // something newer is under way
  regions.forEach((region) => region.removeAttribute("aria-busy"));
  if (!response) return;
  swap(new DOMParser().parseFromString(await response.text(), "text/html"), all);
  if (get) history.replaceState(null, "", address);
}

let waiting = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form || event.target.closest("[data-still]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(show, 180, form, event.target.hasAttribute("data-all"));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]") || event.submitter?.hasAttribute("formaction") || event.submitter?.classList.contains("keep")) return;
  event.preventDefault();
  show(form);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).innerText.trim();
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  say(done ? words.copied : words.copyFailed);
});
