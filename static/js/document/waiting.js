// What waits for a connection or for a decision: a button in the header, and a dialog with every change.

import "../session.js";
import { flush, insist } from "./ops.js";
import { forget, waiting, wipe } from "./queue.js";

const button = document.querySelector("[data-waiting]");
const dialog = document.querySelector("[data-waiting-dialog]");
const list = dialog.querySelector("ul");
const template = dialog.querySelector("template");
const words = button.dataset;

const say = (count) => (count === 1 ? words.one : words.many.replace("{count}", count));

function show() {
  const entries = waiting();
  const undecided = entries.filter((entry) => entry.problem);
  button.hidden = entries.length === 0;
  button.textContent = say(entries.length) + (undecided.length ? ` · ${words.undecided}` : "");
  button.classList.toggle("waiting--undecided", undecided.length > 0);
  list.replaceChildren(...entries.map(row));
  if (!entries.length && dialog.open) dialog.close();
}

const asText = (value) => (typeof value === "string" ? value : value === null ? "" : JSON.stringify(value));

function row(entry) {
  const made = template.content.firstElementChild.cloneNode(true);
  const part = (name) => made.querySelector(`[data-${name}]`);
  const { status, answer } = entry.problem ?? {};
  part("about").textContent = entry.about || entry.op.property;
  part("about").href = entry.page;
  part("yours").textContent = (entry.op.shown ?? asText(entry.op.value)) || words.empty;
  part("state").textContent = !entry.problem ? words.waits : answer.detail ?? words.refused;
  part("theirs-block").hidden = status !== 409;
  if (status === 409) {
    part("by").textContent = answer.by;
    part("theirs").textContent = asText(answer.theirs) || words.empty;
  }
  part("mine").hidden = status !== 409;
  part("drop").hidden = !entry.problem;
  part("drop").textContent = status === 409 ? words.keepTheirs : words.discard;
  part("mine").addEventListener("click", () => insist(entry));
  part("drop").addEventListener("click", () => {
    forget(entry);
    document.dispatchEvent(new CustomEvent("ops:dropped"));
  });
  return made;
}

document.addEventListener("ops:waiting", show);
button.addEventListener("click", () => dialog.showModal());
dialog.querySelector("[data-try]").addEventListener("click", flush);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

// Signing out leaves nothing behind; whoever has changes waiting is asked first.
const leaving = document.querySelector("[data-sign-out]");
leaving.addEventListener("submit", (event) => {
  event.preventDefault();
  const entries = waiting();
  if (entries.length && !confirm(`${say(entries.length)}. ${words.lost}`)) return;
  wipe();
  leaving.submit();
});

show();
