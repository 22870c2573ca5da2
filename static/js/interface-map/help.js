// Help that can be asked for: the keys of the drawing, and a short tour, offered in one line to whoever comes for the first
// time. Step 0 is that line.

const dialog = document.querySelector("[data-help-dialog]");
const tour = document.querySelector("[data-tour]");
const steps = [...tour.querySelectorAll("[data-step]")];
const seen = `yhdyspinta-tour-${document.body.dataset.person}`;
let step = 0;

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-help]")) return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  dialog.showModal();
});
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

function show(which) {
  step = which;
  tour.hidden = false;
  steps.forEach((each, index) => (each.hidden = index !== step));
  tour.querySelector("[data-tour-back]").hidden = step < 2;
  tour.querySelector("[data-tour-next]").hidden = step === 0 || step === steps.length - 1;
}

function leave() {
  const hadFocus = tour.contains(document.activeElement);
  tour.hidden = true;
  localStorage.setItem(seen, "1");
  if (hadFocus) document.querySelector("[data-world] [tabindex='0']")?.focus({ preventScroll: true });
}

tour.querySelector("[data-tour-next]").addEventListener("click", () => show(step + 1));
tour.querySelector("[data-tour-back]").addEventListener("click", () => show(step - 1));
tour.querySelector("[data-tour-leave]").addEventListener("click", leave);
tour.addEventListener("keydown", (event) => event.key === "Escape" && leave());
for (const start of document.querySelectorAll("[data-tour-start], [data-tour-begin]"))
  start.addEventListener("click", () => {
    dialog.close();
    show(1);
    tour.querySelector("[data-tour-next]").focus();
  });

if (!localStorage.getItem(seen)) show(0);
