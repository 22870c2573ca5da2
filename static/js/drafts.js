// What is being written in a form that does not save by itself is kept on this device for its writer until it has been sent:
// through a reload, another tab, a session that ends, and a post that fails. Texts that self-save have their own queue.

import { write } from "./document/fields.js";
import { mayHoldIdentityCode } from "./identity-codes.js";

const PREFIX = "yhdyspinta-draft-";
const WEEK = 7 * 24 * 60 * 60 * 1000;
const REST = 400; // milliseconds of rest in typing
const { person } = document.body.dataset;
const own = `${PREFIX}${person}-`;
const TEXTS = "textarea:not([hidden]), input:is([type=text], [type=url], [type=email], [type=tel], :not([type]))";
const offer = document.getElementById("draft-offer");
let isWiped = false;

const isDrafted = (form) => form?.method === "post" && (!("edit" in form.dataset) || form.dataset.kind === "object") && !form.querySelector("[type=password]");
const textsOf = (form) => [...form.querySelectorAll(TEXTS)].filter((field) => field.name && field.autocomplete !== "one-time-code");

// A form is known by where it is sent and by what it is about, on whatever page it stands.
const keyOf = (form) => own + [new URL(form.action).pathname, ...["subject", "property", "party"].map((name) => form.querySelector(`[name="${name}"][type=hidden]`)?.value ?? "")].join("|");

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

function store(form, more = {}) {
  const texts = Object.fromEntries(textsOf(form).filter((field) => field.value !== field.defaultValue).map((field) => [field.name, field.value]));
  try {
    if (isWiped || !Object.keys(texts).length || Object.values(texts).some(mayHoldIdentityCode)) localStorage.removeItem(keyOf(form));
    else localStorage.setItem(keyOf(form), JSON.stringify({ texts, at: Date.now(), ...more }));
  } catch {
    // the browser keeps nothing
  }
}

const forget = (form) => localStorage.removeItem(keyOf(form));

// Offer what the form does not say yet; it is the person's to take back or to discard.
function look(form) {
  const draft = isDrafted(form) && read(keyOf(form));
  if (!draft || form.querySelector("[data-draft]")) return;
  const lost = textsOf(form).filter((field) => draft.texts[field.name] !== undefined && draft.texts[field.name] !== field.value);
  if (!lost.length) return;
  const box = offer.content.firstElementChild.cloneNode(true);
  box.querySelector("[data-text]").textContent = lost.map((field) => draft.texts[field.name]).join("\n");
  box.querySelector("[data-take]").addEventListener("click", () => {
    for (const field of lost) {
      write(field, draft.texts[field.name]);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.remove();
    lost[0].focus();
  });
  box.querySelector("[data-drop]").addEventListener("click", () => {
    forget(form);
    box.remove();
  });
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  form.prepend(box);
}

const lookAround = (root = document) => root.querySelectorAll("form").forEach(look);

const timers = new WeakMap();
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(TEXTS) || !isDrafted(target.form)) return;
  clearTimeout(timers.get(target.form));
  timers.set(target.form, setTimeout(store, REST, target.form));
});
addEventListener("pagehide", () => {
  for (const form of document.forms) if (timers.has(form)) store(form, read(keyOf(form))?.sent ? { sent: Date.now() } : {});
});
document.addEventListener("submit", ({ target }) => {
  if ("signOut" in target.dataset) wipe();
  else if (isDrafted(target)) {
    clearTimeout(timers.get(target));
    store(target, { sent: Date.now() });
  }
});
document.addEventListener("document:saved", ({ detail: { form } }) => form && isDrafted(form) && (timers.delete(form), forget(form)));
document.addEventListener("panel:opened", () => lookAround());

function wipe() {
  isWiped = true;
  for (const name of Object.keys(localStorage)) if (name.startsWith(own)) localStorage.removeItem(name);
}

try {
  const isDone = document.querySelector(".message--success") && !document.querySelector("[data-error-summary], .errorlist");
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const draft = read(name);
    if (!draft || draft.at < Date.now() - WEEK || (name.startsWith(own) && draft.sent && isDone)) localStorage.removeItem(name);
  }
  lookAround();
} catch {
  // the browser keeps nothing
}
