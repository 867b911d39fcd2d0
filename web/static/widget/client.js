// The way to the firm's server. The page keeps the conversation's id and nothing else; the token lives in memory.

const RENEW = 30_000; // milliseconds before its end at which a token is no longer used
const PATIENCE = 20_000; // milliseconds that an answer may take which is not told word by word

/** What went wrong: `kind` names the words that tell it, `seconds` how long to wait. */
class Problem extends Error {
  constructor(kind, seconds) {
    super(kind);
    this.kind = kind;
    this.seconds = seconds;
  }
}

const KINDS = { 400: "invalid", 401: "expired", 403: "origin", 404: "gone", 413: "long", 422: "invalid", 429: "budget",
  503: "busy" };
const CODES = { rate_limited: "budget", busy: "busy", too_large: "long", not_found: "gone" };

/** The problem that an answer of the server, or an event of a stream, tells. */
function problem(status, error, header) {
  const seconds = error?.details?.retry_after ?? Number.parseInt(header ?? "", 10);
  return new Problem(KINDS[status] ?? CODES[error?.code] ?? "server", seconds || null);
}

/** @typedef {{conversation: string|null, about: object|null}} Client */
class Client {
  #base; #probe; #site; #key; #token = ""; #ends = 0; #opening = null;

  /** @param {string} key under which the tab keeps the conversation's id */
  constructor(origin, site, key) {
    this.#base = `${origin}/api/v1/widget/`;
    this.#probe = `${origin}/widget.js`;
    this.#site = site;
    this.#key = key;
    this.about = null; // what the firm says about its site
    this.dress = () => {}; // to be done once that is known
    this.lang = "en";
    this.conversation = stored((storage) => storage.getItem(key));
  }

  /** Takes note of the conversation, for the pages to come. */
  remember(id) {
    if (id !== this.conversation && !id) this.#token = ""; // it speaks for a conversation that is no more
    this.conversation = id ?? null;
    stored((storage) => (id ? storage.setItem(this.#key, id) : storage.removeItem(this.#key)));
  }

  /** A session, opened or renewed; several callers share one. */
  open() {
    this.#opening ??= this.#open().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #open() {
    const body = { site: this.#site, lang: this.lang, ...(this.conversation && { conversation_id: this.conversation }) };
    const response = await this.#send("sessions", { method: "POST", body });
    const session = await response.json();
    this.#token = session.token;
    this.#ends = Date.parse(session.expires_at);
    const isFirst = !this.about;
    this.about = session.site;
    if (isFirst) this.dress();
    if (this.conversation && !session.conversation_id) {
      this.remember(null);
      this.#token = session.token;
    }
  }

  /** Sends a request with a token that is good, renewing one that is not. Raises `Problem`. */
  async call(path, options = {}) {
    if (!this.#token || Date.now() > this.#ends - RENEW) await this.open();
    try {
      return await this.#send(path, options);
    } catch (error) {
      if (error.kind !== "expired") throw error;
      await this.open();
      return this.#send(path, options);
    }
  }

  async #send(path, { method = "GET", body, signal, accept = "application/json" }) {
    const headers = { Accept: accept, ...(body && { "Content-Type": "application/json" }) };
    if (path !== "sessions") headers.Authorization = `Bearer ${this.#token}`;
    const response = await fetch(this.#base + path, {
      method, headers, body: body && JSON.stringify(body), credentials: "omit", referrerPolicy: "no-referrer",
      signal: signal ?? AbortSignal.timeout(PATIENCE),
    }).catch(async (error) => {
      throw error.name === "AbortError" ? error : new Problem(await this.#silence());
    });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    throw problem(response.status, error, response.headers.get("Retry-After"));
  }

  /** Why nothing came back: a browser tells no page that it was refused, so that one asks whether the server is there. */
  async #silence() {
    if (!navigator.onLine) return "offline";
    const there = await fetch(this.#probe, { method: "HEAD", mode: "no-cors", cache: "no-store", credentials: "omit" })
      .then(() => true, () => false);
    return there && !this.about ? "origin" : "network";
  }

  /** The events of an answer; a conversation that is gone is begun anew. */
  async ask(question, signal) {
    const send = () => this.call("ask", { method: "POST", signal, accept: "text/event-stream",
      body: { question, lang: "auto", conversation_id: this.conversation } });
    try {
      return await send();
    } catch (error) {
      if (error.kind !== "gone" || !this.conversation) throw error;
      this.remember(null);
      return send();
    }
  }
}

/** How the readers here write days and hours. */
const LOCALE = { en: "en-GB", fr: "fr-FR" };

/** The moment in so many seconds as a person says it: the hour, and the day if it is another. */
function later(seconds, lang) {
  const date = new Date(Date.now() + (seconds ?? 60) * 1000);
  const day = date.toDateString() === new Date().toDateString() ? {} : { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(LOCALE[lang], { ...day, hour: "2-digit", minute: "2-digit" }).format(date);
}

/** What to tell the person about a problem. */
function explain({ kind, seconds }, t, lang) {
  const words = { origin: t.wrong_origin, offline: t.wrong_offline, network: t.wrong_network,
    long: t.error_too_long, invalid: t.error_invalid, busy: fill(t.wrong_busy, { seconds: seconds ?? 5 }) };
  if (kind !== "budget") return words[kind] ?? t.error_server;
  if ((seconds ?? 60) <= 120) return fill(t.error_rate_limited, { seconds: seconds ?? 60 });
  return fill(t.wrong_budget, { time: later(seconds, lang) });
}
