// Every page of a document: it follows what others change, shows who is here, and undoes and redoes.

import { about } from "./about.js";
import { pathOf } from "./edit.js";
import { follow, ownTab, standAt } from "./live.js";
import { post, sent } from "./ops.js";
import { refreshPage } from "./refresh.js";
import { clock, fill, say, tell, words } from "./words.js";

const beside = document.querySelector("[data-beside]")?.dataset.beside.split(" "); // of what shows all changes itself: what else there is
let people = [];
let timer = 0;
let known = about.news ? Number(about.news) : null; // of what has happened beside the changes

// Something of the document is no longer as this page shows it. Pages of many changes are shown anew once.
export function changed(detail = {}) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    document.dispatchEvent(new CustomEvent("document:changed", { detail }));
    if (!beside) refreshPage();
  }, 120);
}

document.addEventListener("live:changes", ({ detail: { changes } }) => {
  const [latest] = changes.slice(-1);
  tell(fill(words.changedBy, { by: latest.by, time: clock() }), "others");
  changed();
});
// Something happened that is no change: the page says what when it is asked again.
document.addEventListener("live:news", ({ detail }) => {
  const isNew = known !== null && known !== detail.news;
  known = detail.news;
  if (!isNew) return;
  if (beside) refreshPage(...beside);
  changed();
});
document.addEventListener("ops:dropped", () => changed()); // the field shows what the server has
document.addEventListener("live:reset", () => location.reload());
document.addEventListener("live:gone", () => location.reload()); // the page itself says that it is not there
document.addEventListener("live:state", ({ detail: { live } }) => document.documentElement.toggleAttribute("data-alone", !live));

// On an ordinary page what was made is opened; in a panel the panel opens it.
document.addEventListener("document:saved", ({ detail: { form, answer } }) => {
  if (form?.closest("[data-panel]")) return;
  const made = form?.dataset.after === "open" && answer.value?.subject;
  if (made) location.assign(pathOf(form, made));
  else changed({ answer });
});

// Undo and redo, by the buttons above the document or by keys wherever nobody is writing.
const passed = { undo: null, redo: null }; // the change that stayed, so that the next step goes past it

export async function takeBack(how) {
  const id = crypto.randomUUID();
  sent.add(id);
  const { status, answer } = await post(about[how], { id, before: passed[how] });
  const sentence = status === 200 ? fill(words[how], answer) : status === 0 ? words.offlineUndo : answer.detail ?? words.failed;
  passed[how] = status === 409 ? answer.seq : null;
  tell(sentence, status === 200 ? "saved" : "refused");
  say(sentence);
  if (status === 200) changed({ answer });
}

document.addEventListener("submit", (event) => {
  const { takeBack: how } = event.target.dataset;
  if (!how) return;
  event.preventDefault();
  takeBack(how);
});

addEventListener("keydown", (event) => {
  const writes = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (!about.canEdit || writes || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  const how = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : null;
  if (!how) return;
  event.preventDefault();
  takeBack(how);
});

// Who is here: beside the document's name, and beside the very thing that is open.
let place = about.subject;

export function stand(at) {
  place = at || about.subject;
  standAt(place);
  showPeople();
}

export function showPeople() {
  const others = people.filter((person) => person.tab !== ownTab);
  const language = document.documentElement.lang === "sv" ? "sv" : "fi";
  const named = (person) => (person.name.includes(person.organisation[language]) ? person.name : `${person.name} (${person.organisation[language]})`);
  for (const list of document.querySelectorAll("[data-presence]")) {
    const here = [...new Set(others.filter((person) => list.dataset.presence === "document" || person.at === place).map(named))];
    const sentence = here.length ? fill(list.dataset.presence === "document" ? words.hereNow : words.atThis, { names: here.join("; ") }) : "";
    if (list.textContent !== sentence) list.textContent = sentence;
    list.hidden = !sentence;
  }
  document.dispatchEvent(new CustomEvent("document:people", { detail: { others, named } }));
}

document.addEventListener("live:presence", ({ detail }) => {
  ({ people } = detail);
  showPeople();
});

follow();
stand(document.querySelector("main [data-place]:not([data-panel] *)")?.dataset.place);
