// How long a text may be: counted when it comes near, and said in words when it is over. Nothing is ever cut.

const NEAR = 0.8;
const words = document.getElementById("limit-words").dataset;

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

function count(field) {
  const most = Number(field.dataset.most), length = [...field.value].length;
  const isOver = length > most, before = field.parentElement.querySelector("[data-counts]");
  field.setCustomValidity(isOver ? fill(words.over, { over: length - most }) : "");
  if (length < NEAR * most) return before?.remove();
  const place = before ?? Object.assign(document.createElement("p"), { className: "count" });
  place.dataset.counts = "";
  place.textContent = fill(words.count, { count: length, most }) + (isOver ? `. ${field.validationMessage}` : "");
  if (isOver !== place.hasAttribute("data-over")) {
    place.toggleAttribute("data-over", isOver);
    place.setAttribute("role", isOver ? "alert" : "none");
  }
  if (!before) field.after(place);
  return undefined;
}

document.addEventListener("input", ({ target }) => target.dataset?.most && count(target));
for (const field of document.querySelectorAll("[data-most]")) if (field.value) count(field);
