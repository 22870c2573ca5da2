// A small calendar beside every field of a day: the browser's own, opened by a button. It writes the day as people do here;
// the field stays for who would rather write, and all there is without JavaScript.

import { asShown, write } from "./document/fields.js";

const FIELDS = "input[data-day]";
const model = document.getElementById("day-calendar");
const canOpen = "showPicker" in HTMLInputElement.prototype;

const asSent = (text) => text.trim().replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (_all, day, month, year) => `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);

function add(field) {
  if (field.closest(".day") || field.disabled || field.readOnly) return;
  const isHere = document.activeElement === field;
  const day = model.content.firstElementChild.cloneNode(true);
  const button = day.querySelector("button");
  const calendar = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1 });
  calendar.setAttribute("aria-hidden", "true");
  const name = button.querySelector(".visually-hidden");
  name.textContent = [name.textContent, field.labels?.[0]?.textContent.trim()].filter(Boolean).join(": ");
  field.before(day);
  day.prepend(field);
  day.append(calendar);
  if (isHere) field.focus();
  button.addEventListener("click", () => {
    write(calendar, asSent(field.value));
    calendar.showPicker();
  });
  for (const name of ["input", "change", "field:written"]) calendar.addEventListener(name, (event) => event.stopPropagation());
  calendar.addEventListener("change", () => {
    if (!calendar.value) return;
    write(field, asShown(field, calendar.value));
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  });
}

const addAround = (root) => root.querySelectorAll(FIELDS).forEach(add);

if (canOpen) {
  addAround(document);
  document.addEventListener("focusin", ({ target }) => target.matches?.(FIELDS) && add(target)); // in what came later
  document.addEventListener("panel:opened", () => addAround(document));
}
