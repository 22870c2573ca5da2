// What others have reported of the same, while one writes: asked for when the writing rests. Without this script, or without
// a connection, what stood there when the page came stays.

import { mayHoldIdentityCode } from "./identity-codes.js";

const REST = 600; // milliseconds
const box = document.querySelector("[data-similar]");
const form = box?.closest("form");
const names = ["csrfmiddlewaretoken", "yhdyspinta", "kartta", "nakokulma", "text"];
let timer = 0, under = null, shown = box?.innerHTML.trim();

async function ask() {
  const sent = new FormData();
  for (const name of names) sent.set(name, form.elements[name]?.value ?? "");
  if (mayHoldIdentityCode(sent.get("text"))) return; // it does not leave the device
  under?.abort();
  under = new AbortController();
  try {
    const answer = await fetch(box.dataset.similar, { method: "POST", body: sent, signal: under.signal });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (fresh.innerHTML.trim() === shown || box.contains(document.activeElement)) return;
    shown = fresh.innerHTML.trim();
    box.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  } catch {
    // without a connection the page stays as it is
  }
}

form?.elements.text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
});
