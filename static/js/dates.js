// An empty date says that there is none: WebKit would show today's in grey, as if it had been chosen.

const { noDate } = document.getElementById("limit-words").dataset;

function tell(field) {
  const isEmpty = !field.value && !field.validity.badInput && document.activeElement !== field;
  field.toggleAttribute("data-empty", isEmpty);
  const place = field.nextElementSibling?.matches(".no-date") ? field.nextElementSibling : null;
  if (!isEmpty) place?.remove();
  else if (!place) field.after(Object.assign(document.createElement("span"), { className: "no-date", textContent: noDate }));
}

for (const name of ["focusin", "focusout", "input", "change", "field:written"])
  document.addEventListener(name, ({ target }) => target.matches?.("[type=date]") && setTimeout(() => tell(target)));
const all = () => document.querySelectorAll("[type=date]").forEach(tell);
document.addEventListener("panel:opened", all);
document.addEventListener("document:changed", () => setTimeout(all, 500));
all();
