// A part of the page as the server has it now: only what differs is replaced, and nothing that a person is typing.

import { Idiomorph } from "../../vendor/idiomorph.js";
import { fieldOf, isBegun, isUnsaved, settle } from "./edit.js";

const keeps = (node) => node.nodeType === 1 && (node.matches("[data-keep], .conflict") || node.querySelector?.("[data-keep], .conflict"));

const isHeld = (form) => isUnsaved(form) || isBegun(form) || "waits" in form.dataset;

const holdsTyping = (node) =>
  node.nodeType === 1 && [...(node.matches("form[data-edit]") ? [node] : node.querySelectorAll("form[data-edit]"))].some(isHeld);

// What is typed or chosen in an ordinary form, which is sent as a whole.
const isFilled = (node) =>
  node.matches("select:not([multiple])")
    ? node.selectedIndex !== Math.max([...node.options].findIndex((option) => option.defaultSelected), 0)
    : node.matches("input:not([type=hidden]), textarea") && (node.value !== node.defaultValue || node.checked !== node.defaultChecked);

// A form that is kept whole while something is typed in it: what a script has put into it belongs to that.
const isBeingFilled = (form) => [...form.elements].some((field) => field.matches("input, textarea, select") && isFilled(field));

const holdsWhole = (node) =>
  node.nodeType === 1 && [...(node.matches("form[data-whole]") ? [node] : node.querySelectorAll("form[data-whole]"))].some(isBeingFilled);

const callbacks = {
  beforeNodeMorphed(old, fresh) {
    if (old.nodeType !== 1) return true;
    if (isFilled(old) && !old.closest("form[data-edit]")) return false;
    if (old.matches("[data-keep]") || (old.matches("form[data-whole]") && isBeingFilled(old))) return false;
    if (!old.matches("form[data-edit]") || !fresh.matches?.("form[data-edit]")) return true;
    if (isHeld(old) || old.querySelector(".conflict")) return false;
    if (!fieldOf(old) || !fieldOf(fresh)) return true;
    if (old.elements.subject.value !== fresh.elements.subject.value || old.elements.property.value !== fresh.elements.property.value) return true;
    settle(old, fieldOf(fresh).value, fresh.elements.base_version.value);
    return false; // its state («Saved at 10.42») stays
  },
  beforeNodeRemoved: (node) => !(keeps(node) || holdsTyping(node) || holdsWhole(node)),
  beforeAttributeUpdated: (name, node) => !["data-open", "data-present"].includes(name) && !(name === "open" && node.tagName === "DETAILS"),
};

// Make `element` hold what `html` says. The focus stays where it was, or goes to the nearest part that is still there.
export function replace(element, html) {
  const focused = document.activeElement;
  const path = [];
  for (let node = focused; node && element.contains(node); node = node.parentElement) path.push(node);
  Idiomorph.morph(element, html, { morphStyle: "innerHTML", callbacks });
  if (!path.length || (focused.isConnected && document.activeElement === focused)) return;
  const near = path.find((node) => node.isConnected && node !== element) ?? element;
  const target = near.querySelector("a[href], button, [tabindex]") ?? near;
  if (!target.matches("a, button, input, textarea, select, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const asked = {};

// The page again, or the parts of it that are named, but for what looks after itself (data-keep).
export async function refreshPage(...parts) {
  const ticket = (asked[parts] = (asked[parts] ?? 0) + 1);
  let response;
  try {
    response = await fetch(location.href);
  } catch {
    return; // the stream asks again when the connection is back
  }
  if (!response.ok || response.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (ticket !== asked[parts]) return undefined;
  for (const part of parts.length ? parts : ["#content"]) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && now) replace(old, now.innerHTML);
  }
  return undefined;
}
