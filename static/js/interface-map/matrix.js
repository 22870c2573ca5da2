// The matrix opens its cells in the panel; what is saved there or by others is shown as it happens.

import "./panel.js";

let openAspect = "";

const mark = () =>
  document.querySelectorAll("[data-cell]").forEach((cell) => cell.toggleAttribute("data-open", cell.dataset.cell === openAspect));

document.addEventListener("panel:opened", ({ detail: { url } }) => {
  const path = new URL(url, location.href).pathname;
  openAspect = [...document.querySelectorAll("[data-cell]")].find((cell) => cell.pathname === path)?.dataset.cell ?? "";
  mark();
});

document.addEventListener("panel:closed", () => {
  openAspect = "";
  mark();
});
