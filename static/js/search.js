// What is found, below the header's field while one types: arrows walk it, Enter opens, Escape leaves.
const form = document.querySelector("[data-search]");
const field = form.querySelector("input");
const list = document.createElement("div");
list.className = "site-search__list";
list.hidden = true;
form.append(list);
const announcer = document.getElementById("announcer");
let asked = "";
let timer = 0;

const links = () => [...list.querySelectorAll("a")];

async function look() {
  const words = field.value.trim();
  if (words === asked) return;
  asked = words;
  if (words.length < 2) return hide();
  const answer = await fetch(`${form.action}?${new URLSearchParams({ q: words, part: "1" })}`).catch(() => null);
  if (!answer?.ok || answer.redirected || words !== asked) return;
  list.innerHTML = await answer.text();
  for (const link of links()) link.tabIndex = -1;
  list.hidden = document.activeElement !== field && !list.contains(document.activeElement);
  if (!list.hidden) announcer.textContent = list.querySelector("[data-count]").textContent;
}

function hide() {
  list.hidden = true;
  announcer.textContent = "";
  asked = "";
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 200);
});
field.addEventListener("focus", look);
form.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    field.focus();
    hide();
  }
  if (!step || list.hidden) return;
  event.preventDefault();
  const all = [field, ...links()];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});
form.addEventListener("focusout", (event) => {
  if (!form.contains(event.relatedTarget)) hide();
});
