// A rating is no op: its form is posted as it is, and the server answers with the part of the page.
// Without this script the same form leads to the page.

import { replace } from "./document/refresh.js";
import { say, tell } from "./document/words.js";

const filled = (form) => new URLSearchParams(new FormData(form)).toString();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-rate]");
  if (form) form.dataset.keep = ""; // what others change must not take away what is chosen or typed
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-rate]")) return;
  event.preventDefault();
  const part = form.closest("[data-ratings]");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const sent = filled(form);
  let response = null;
  try {
    response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": form.dataset.rate } });
  } catch {
    // said below: the form stays as it is
  }
  button.disabled = false;
  if (!response) {
    say(form.dataset.offline);
    tell(form.dataset.offline, "refused");
    return;
  }
  if (response.redirected || ![200, 422].includes(response.status)) {
    form.submit(); // signed out or not allowed any longer: the whole page says it in its own words
    return;
  }
  const html = await response.text();
  const isTyped = (each) => (each === form ? filled(form) !== sent : "keep" in each.dataset);
  // what has been typed meanwhile, or into another party's form, stays
  if ([...part.querySelectorAll("form[data-rate]")].some(isTyped)) replace(part, new DOMParser().parseFromString(html, "text/html").querySelector("[data-ratings]").innerHTML);
  else part.outerHTML = html;
  const fresh = document.querySelector("[data-ratings]");
  const sentence = fresh.querySelector("[data-said], .errorlist, .notice")?.textContent.trim() ?? "";
  say(sentence);
  tell(sentence.replace(/^✓\s*/, ""), response.ok ? "saved" : "refused");
  const wrong = fresh.querySelector("fieldset[aria-describedby] input, [aria-invalid]");
  (response.ok ? fresh.querySelector("h2, h3") : wrong ?? fresh.querySelector("h2, h3"))?.focus();
});
