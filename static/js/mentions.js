// Whom one mentions: "@" and a few letters in the text, or letters in the field of its own, open a list of people and forums.
// Arrows walk it, Enter or Space chooses, Escape leaves. Nothing is written into the text: who is chosen stands below it.

const REST = 200; // milliseconds of rest in typing
const CALLED = /(?:^|\s)@([\p{L}\p{N}][\p{L}\p{N} .-]{1,40})$/u;
const announcer = document.getElementById("announcer");
let timer = 0, asked = "";

const formOf = (target) => target.closest?.("form[data-mentions]");
const choices = (form) => [...form.querySelectorAll("[data-found] input")];
const wordsOf = (field) => field.name === "who" ? field.value.trim() : field.value.slice(0, field.selectionStart).match(CALLED)?.[1].trim() ?? "";

async function look(form, field) {
  const words = wordsOf(field);
  if (words === asked) return;
  asked = words;
  if (words.length < 2) return leave(form);
  const answer = await fetch(`${form.dataset.mentions}?${new URLSearchParams({ q: words })}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected || words !== asked) return undefined;
  const list = form.querySelector("[data-found]");
  list.innerHTML = await answer.text();
  list.dataset.for = field.id;
  announcer.textContent = list.textContent.replace(/\s+/g, " ").trim();
  return undefined;
}

function leave(form) {
  asked = "";
  form.querySelector("[data-found]").replaceChildren();
}

document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form || !["text", "who"].includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(look, REST, form, target);
});

document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (!form || target.name !== "mention") return;
  const chosen = form.querySelector("[data-chosen]"), list = target.closest("[data-found]");
  if (!list) {
    if (!target.checked) target.closest("li").remove();
    chosen.hidden = !chosen.children.length;
    return;
  }
  if (![...chosen.querySelectorAll("input")].some((each) => each.defaultValue === target.defaultValue)) {
    const row = target.closest("li");
    chosen.append(row);
    chosen.hidden = false;
    announcer.textContent = row.querySelector("[data-name]").textContent;
  }
  const field = document.getElementById(list.dataset.for);
  leave(form);
  field?.focus();
});

document.addEventListener("keydown", (event) => {
  const form = formOf(event.target);
  if (!form || !choices(form).length) return;
  const all = choices(form), here = all.indexOf(event.target), field = document.getElementById(form.querySelector("[data-found]").dataset.for);
  if (event.key === "Escape") {
    event.preventDefault();
    leave(form);
    field?.focus();
  } else if (event.key === "Enter" && here >= 0) {
    event.preventDefault();
    event.target.click();
  } else if (event.key === "ArrowDown" || (event.key === "ArrowUp" && here >= 0)) {
    event.preventDefault();
    (all[here + (event.key === "ArrowDown" ? 1 : -1)] ?? (here <= 0 && event.key === "ArrowUp" ? field : all.at(-1)))?.focus();
  } else if (event.key === "Enter" && event.target.name === "who") {
    event.preventDefault();
    all[0].focus();
  }
});
