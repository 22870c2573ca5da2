// The matrix opens its cells in the panel and follows what is saved there.

import { words } from "../edit.js";
import "./panel.js";

let changed = false;

document.addEventListener("map:saved", ({ detail: { form, answer } }) => {
  const cell = answer.status && document.querySelector(`[data-cell="${openAspect}"]`);
  if (cell) {
    const [glyph, word] = words.statuses[answer.status];
    cell.className = `matrix__cell matrix__cell--${answer.status}`;
    cell.children[0].textContent = glyph;
    cell.children[1].textContent = word;
    cell.querySelector("[data-inherited]")?.toggleAttribute("hidden", !answer.follows_base);
    const row = cell.closest("tr");
    const cells = [...row.querySelectorAll(".matrix__cell")];
    const count = (status) => cells.filter((each) => each.classList.contains(`matrix__cell--${status}`)).length;
    row.querySelector(".matrix__total").textContent = `${count("agreed")}/${cells.length - count("not_applicable")}`;
  }
  if (["close", "open"].includes(form.dataset.after)) changed = true;
});

let openAspect = "";

document.addEventListener("panel:opened", ({ detail: { url } }) => {
  const [, id, number] = url.match(/yhdyspinnat\/(\d+)\/(?:(\d+)\/)?/) ?? [];
  openAspect = number ? `${id}-${number}` : "";
  document.querySelectorAll("[data-cell]").forEach((cell) => {
    cell.toggleAttribute("data-open", cell.dataset.cell === openAspect);
  });
});

document.addEventListener("panel:closed", () => {
  document.querySelectorAll("[data-cell][data-open]").forEach((cell) => cell.removeAttribute("data-open"));
  if (changed) location.reload();
});


