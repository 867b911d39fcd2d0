// Writing to a lawyer of the firm, and having one's conversation or deleting it.

const lawyerButton = (widget, tag) => h(tag, { type: "button", "data-do": "lawyer",
  onclick: (event) => openLetter(widget, event.currentTarget) }, widget.t.lawyer);

/** A labelled field with the place for what is wrong with it; what is typed is kept in the widget's letter. */
function field(widget, name, text, attributes = {}, tag = "input") {
  const { letter } = widget;
  const box = attributes.type === "checkbox";
  const id = `field-${name}`;
  const notes = name === "consent" ? "wrong-consent stored" : `wrong-${name}`;
  const input = h(tag, { id, name, ...attributes, "aria-describedby": notes,
    oninput: () => { letter[name] = box ? input.checked : input.value; } });
  if (box) input.checked = Boolean(letter[name]);
  else input.value = letter[name] ?? "";
  const words = h("label", { for: id }, text);
  return h(`div.field${box ? ".box" : ""}`, {}, box ? [input, words] : [words, input], h("p.warned", { id: `wrong-${name}` }));
}

const EMAIL = /^[^\s@<>()[\],;:\\"]{1,64}@([\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}_-]{2,63}$/u;
const PHONE = /^\+?[\d\s().\-/]{5,40}$/;

/** What is wrong with a letter, by the name of the field; the server asks for the same. */
function faults(letter, t) {
  const found = {};
  for (const name of ["name", "email", "message"]) if (!letter[name]?.trim()) found[name] = t.wrong_required;
  if (!found.email && !EMAIL.test(letter.email.trim())) found.email = t.wrong_email;
  if (letter.phone?.trim() && !PHONE.test(letter.phone.trim())) found.phone = t.wrong_phone;
  if (!letter.consent) found.consent = t.wrong_consent;
  return found;
}

/** Shows what is wrong beside the fields, and puts the focus on the first. */
function blame(form, found) {
  for (const input of form.querySelectorAll("[name]")) {
    const wrong = found[input.name];
    form.querySelector(`#wrong-${input.name}`).textContent = wrong ?? "";
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function openLetter(widget, opener) {
  const { t, client } = widget;
  const view = openView(widget, { title: t.lawyer_title, opener });
  const failed = h("p.warned");
  const send = h("button.solid", {}, t.lawyer_send);
  const form = h("form.letter", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    post(widget, { view, form, send, failed });
  } },
  h("p", {}, t.lawyer_lead),
  field(widget, "name", t.field_name, { autocomplete: "name", maxlength: 120, required: true }),
  field(widget, "email", t.field_email, { type: "email", autocomplete: "email", maxlength: 254, required: true }),
  field(widget, "phone", t.field_phone, { type: "tel", autocomplete: "tel", maxlength: 40 }),
  field(widget, "message", t.field_message, { rows: 5, maxlength: 4000, required: true }, "textarea"),
  client.conversation && field(widget, "include", t.field_include, { type: "checkbox" }),
  h("p.stored", { id: "stored" }, t.lawyer_stored, " ", privacyLink(widget)),
  field(widget, "consent", t.field_consent, { type: "checkbox", required: true }),
  failed, h("p", {}, send));
  view.replaceChildren(form);
}

async function post(widget, { view, form, send, failed }) {
  const { t, lang, letter, client } = widget;
  const found = faults(letter, t);
  blame(form, found);
  failed.textContent = "";
  if (Object.keys(found).length || send.getAttribute("aria-disabled")) return;
  send.setAttribute("aria-disabled", "true");
  send.textContent = t.lawyer_sending;
  const body = { name: letter.name.trim(), email: letter.email.trim(), message: letter.message.trim(), consent: true, lang,
    include_conversation: Boolean(client.conversation && letter.include),
    ...(letter.phone?.trim() && { phone: letter.phone.trim() }) };
  try {
    const { number } = await (await client.call("handoffs", { method: "POST", body })).json();
    widget.letter = {};
    const told = fill(t.lawyer_number, { number });
    retitle(widget, t.lawyer_sent);
    view.replaceChildren(h("p.receipt-number", {}, told));
    say(widget, `${t.lawyer_sent}. ${told}`);
  } catch (error) {
    failed.textContent = error.kind === "budget" ? fill(t.wrong_letters, { time: later(error.seconds, lang) })
      : ["busy", "offline"].includes(error.kind) ? explain(error, t, lang) : t.wrong_lawyer;
    say(widget, failed.textContent);
  } finally {
    send.removeAttribute("aria-disabled");
    send.textContent = t.lawyer_send;
  }
}

/** The conversation as a file of the visitor's own. */
async function download(widget) {
  const { t, lang, client } = widget;
  try {
    const response = await client.call(`conversation?format=md&lang=${lang}`, { accept: "text/markdown" });
    const url = URL.createObjectURL(new Blob([await response.text()], { type: "text/markdown" }));
    h("a", { href: url, download: `${t.download_name}.md` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    notify(widget, t.downloaded);
  } catch (error) {
    fail(widget, error.kind === "offline" ? t.wrong_offline : t.wrong_download);
  }
}

function openErasure(widget, opener) {
  const { t } = widget;
  const view = openView(widget, { title: t.delete_title, opener });
  const failed = h("p.warned");
  view.replaceChildren(h("p", {}, t.delete_text), failed, h("p.choices", {},
    h("button.solid", { type: "button", "data-do": "erase", onclick: () => erase(widget, view, failed) }, t.delete_confirm),
    h("button.quiet", { type: "button", onclick: () => closeView(widget) }, t.cancel)));
}

async function erase(widget, view, failed) {
  const { t, client } = widget;
  widget.running?.abort();
  const response = await client.call("conversation", { method: "DELETE" }).catch((error) => error);
  if (!response.ok && response.kind !== "gone") {
    failed.textContent = t.error_delete;
    say(widget, t.error_delete);
    return;
  }
  const { receipt } = response.ok ? await response.json().catch(() => ({})) : {};
  client.remember(null);
  widget.turns = [];
  widget.pending = null;
  widget.opener.at = 0;
  drawTurns(widget);
  retitle(widget, t.deleted_title);
  view.replaceChildren(...(receipt ? [h("p", {}, t.deleted_text), receiptList(widget, receipt)] : []));
  say(widget, `${t.deleted_title}. ${receipt ? t.deleted_text : ""}`);
}

function receiptList({ t, lang }, receipt) {
  const value = (key, said) => (key.endsWith("_at")
    ? new Intl.DateTimeFormat(LOCALE[lang], { dateStyle: "long", timeStyle: "medium" }).format(new Date(said)) : String(said));
  return h("dl.receipt", {}, Object.entries(receipt)
    .filter(([, said]) => said !== null && typeof said !== "object")
    .map(([key, said]) => h("div", {},
      h("dt", {}, t[`receipt_${key}`] ?? key.replaceAll("_", " ")), h("dd", {}, value(key, said)))));
}
