// What every page of the workspace needs: its words, a voice, and requests that say when they fail.

export const words = document.getElementById("words").dataset;
const voice = document.getElementById("said");
let fading = 0;

/** Says something for a moment, or until the next thing where it `stays`. */
export function say(text, stays = false) {
  voice.textContent = text;
  clearTimeout(fading);
  if (!stays) fading = setTimeout(() => voice.replaceChildren(), 4000);
}

/** The response, also one that says what is wrong with the input; null when there is none to show, which has been said. */
export async function send(address, options = {}) {
  const headers = { "X-CSRF-Token": words.token, Accept: "text/html", ...options.headers };
  const response = await fetch(address, { ...options, headers, redirect: "follow" }).catch(() => null);
  if (response?.ok && !response.redirected) return response;
  if (response?.status === 422) return response;
  const over = response && (response.status === 401 || response.status === 403 || new URL(response.url).pathname === "/login");
  say(over ? words.over : words.notSaved, true);
  return null;
}
