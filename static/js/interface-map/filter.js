// Filters work at once: what is looked for stands in the address, and only what differs is shown anew.

import { write } from "../document/fields.js";
import { refreshPage } from "../document/refresh.js";

const PAUSE = 250; // milliseconds after the last letter
const canvas = document.querySelector("[data-canvas]");
let timer = 0;

async function look(wish) {
  clearTimeout(timer);
  const query = new URLSearchParams([...wish].filter(([, value]) => value.trim()));
  const address = new URL(location.href);
  address.search = query;
  history.replaceState(history.state, "", address);
  for (const form of document.querySelectorAll("form[data-filter]"))
    for (const field of form.elements)
      if (field !== document.activeElement && field.matches("select, input[type=search]")) write(field, query.get(field.name) ?? "");
  if (!canvas) return refreshPage();
  canvas.dataset.aspect = query.get("aspect") ?? "";
  document.dispatchEvent(new CustomEvent("map:filtered"));
  return refreshPage(".map-bar", ".map-hidden");
}

// What stands in the address, but for what the person has just said.
const wishOf = (form, submitter) => {
  const wish = new URLSearchParams(location.search);
  for (const field of form.querySelectorAll("select, input[type=search]")) wish.set(field.name, field.value);
  if (submitter?.name) wish.set(submitter.name, submitter.value);
  return wish;
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filter]")) return;
  event.preventDefault();
  look(wishOf(event.target, event.submitter));
});
document.addEventListener("change", ({ target }) => {
  const form = target.matches("select") && target.closest("form[data-filter]");
  if (form) look(wishOf(form));
});
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-filter]");
  if (!form || !target.matches("input")) return;
  clearTimeout(timer);
  timer = setTimeout(() => look(wishOf(form)), PAUSE);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-filter-off]") || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  look(new URLSearchParams());
});

// Whoever chooses the drawing on a phone keeps it for this visit.
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-drawing-chosen]")) sessionStorage.setItem("yhdyspinta-drawing", "1");
});
