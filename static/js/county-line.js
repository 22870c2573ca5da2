// Choosing a municipality tells at once which county is the other party; the server fills it in all the same.

const select = document.querySelector("[data-county-of]");
const line = document.querySelector("[data-county-line]");
const hint = [...(line?.childNodes ?? [])];
const tell = () => line.replaceChildren(...(select.selectedOptions[0]?.dataset.county ? [select.selectedOptions[0].dataset.county] : hint));
select?.addEventListener("change", tell);
if (select) tell();
