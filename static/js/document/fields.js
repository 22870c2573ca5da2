// Every script writes into a field through here: somebody may be writing in it at the same moment.
//
// A field that is being written in is left alone; whoever wanted to write hears `field:free` when it has been left.

import { changes } from "./differences.js";

const ONE_BY_ONE = "select, [type=number], [type=url], [type=email], [type=tel], [inputmode=decimal], [inputmode=numeric], [inputmode=url], [inputmode=tel]";
const GROWS = CSS.supports("field-sizing", "content");
const written = new WeakSet(); // fields in which something has been typed since they got the focus
const byKeys = new WeakSet(); // lists that are gone through by keys
let composing = null;

// Whether the field's value says nothing while it is being typed: half a date, a number, an address, a list by keys.
export const isPartial = (field) => field.matches(ONE_BY_ONE);

// Whether a change of it is a decision already: picked from a list, not on the way through it by keys.
export const isChosen = (field) => document.activeElement !== field || (field.matches("select") && !byKeys.has(field));

// A day as people write it; the server keeps it as programs do.
export const asShown = (field, value) =>
  field?.matches("[data-day]") && typeof value === "string" ? value.replace(/^(\d{4})-0?(\d+)-0?(\d+)$/, "$3.$2.$1") : value;

export const isComposing = (field) => composing === field;

// Whether somebody is writing in it: a value written now would take the hand's own undo and place away.
export const isWritten = (field) =>
  isComposing(field) || (document.activeElement === field && document.hasFocus() && (written.has(field) || !isText(field)));

const isText = (field) => field.selectionStart !== null && typeof field.setRangeText === "function";

const free = (field) => {
  written.delete(field);
  field.dispatchEvent(new CustomEvent("field:free", { bubbles: true }));
};

document.addEventListener("input", ({ target, isTrusted }) => {
  if (isTrusted) written.add(target);
  grow(target);
});
document.addEventListener("keydown", ({ target }) => byKeys.add(target));
document.addEventListener("pointerdown", ({ target }) => byKeys.delete(target));
document.addEventListener("compositionstart", ({ target }) => (composing = target));
document.addEventListener("compositionend", ({ target }) => {
  composing = null;
  if (document.activeElement !== target) free(target);
});
document.addEventListener("focusout", ({ target }) => target.matches?.("input, textarea, select") && setTimeout(() => isWritten(target) || free(target)));

// The same to the server, which keeps no spaces at the ends of lines and texts.
const bare = (field, text) => (field.matches("textarea") ? text.replace(/[^\S\n]+$/gm, "").trim() : text.trim().replace(/\s+/g, " "));
export const isSame = (field, one, other) => one === other || (isText(field) && bare(field, one) === bare(field, other));

// Put the value into a field that nobody is writing in, by the smallest change: caret, selection and scroll go along.
export function write(field, value) {
  if (field.value === value) return;
  if (!isText(field)) {
    field.value = value;
    field.dispatchEvent(new CustomEvent("field:written", { bubbles: true }));
    return;
  }
  const { selectionStart, scrollTop, scrollHeight, offsetHeight } = field;
  for (const [start, end, text] of changes(field.value, value).reverse()) field.setRangeText(text, start, end, "preserve");
  grow(field);
  if (document.activeElement !== field || field.selectionStart === selectionStart) return;
  field.scrollTop = scrollTop + field.scrollHeight - scrollHeight;
  (field.closest("[data-panel-body]") ?? document.scrollingElement).scrollTop += field.offsetHeight - offsetHeight;
}

// What the field had when the page was made, or was given since: what it is reset to, and what counts as unchanged.
export const givenOf = (field) =>
  field?.tagName === "SELECT" ? [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value : field?.defaultValue;

export const give = (field, value) => {
  if (field.tagName === "SELECT") for (const option of field.options) option.defaultSelected = option.value === value;
  else field.defaultValue = value;
};

// Text boxes grow with their text also where `field-sizing` is not known.
function grow(field) {
  if (GROWS || !field.matches?.("textarea") || !field.offsetHeight) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}
export const growAll = (within = document) => GROWS || within.querySelectorAll("textarea").forEach(grow);

growAll();
document.addEventListener("toggle", ({ target }) => growAll(target), true);
document.addEventListener("panel:opened", () => growAll());
