// Every page of a map: it follows what others change, shows who is here, and undoes and redoes.

import { pathOf } from "./edit.js";
import { follow, ownTab, standAt } from "./live.js";
import { post, sent } from "./ops.js";
import "./rate.js";
import { refreshPage } from "./refresh.js";
import { clock, fill, say, tell, words } from "./words.js";

const { map, seq, news, canEdit } = document.getElementById("map-live").dataset;
const api = `/api/v1/maps/${map}/`;
let people = [];
let timer = 0;
let known = news ? Number(news) : null; // of what has happened around approval and ratings

// Something of the map is no longer as this page shows it. Pages of many changes are shown anew once.
export function changed(detail = {}) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    document.dispatchEvent(new CustomEvent("map:changed", { detail }));
    if (!document.querySelector("[data-canvas]")) refreshPage();
  }, 120);
}

document.addEventListener("live:changes", ({ detail: { changes } }) => {
  const [latest] = changes.slice(-1);
  tell(fill(words.changedBy, { by: latest.by, time: clock() }), "others");
  changed();
});
// A round was opened or ended, somebody approved, a version was published: the page says which when it is asked again.
document.addEventListener("live:news", ({ detail }) => {
  const isNew = known !== null && known !== detail.news;
  known = detail.news;
  if (!isNew) return;
  if (document.querySelector("[data-canvas]")) refreshPage(".map-head", ".map-tools");
  changed();
});
document.addEventListener("live:reset", () => location.reload());
document.addEventListener("live:gone", () => location.reload()); // the page itself says that it is not there
document.addEventListener("live:state", ({ detail: { live } }) => document.documentElement.toggleAttribute("data-alone", !live));

// On an ordinary page what was made is opened; in a panel the panel opens it.
document.addEventListener("map:saved", ({ detail: { form, answer } }) => {
  if (form?.closest("[data-panel]")) return;
  const made = form?.dataset.after === "open" && answer.value?.subject;
  if (made) location.assign(pathOf(form, made));
  else changed({ answer });
});

// Undo and redo, by the buttons above the map or by keys wherever nobody is writing.
const passed = { undo: null, redo: null }; // the change that stayed, so that the next step goes past it

export async function takeBack(how) {
  const id = crypto.randomUUID();
  sent.add(id);
  const { status, answer } = await post(`${api}${how}/`, { id, before: passed[how] });
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
  if (!canEdit || writes || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  const how = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : null;
  if (!how) return;
  event.preventDefault();
  takeBack(how);
});

// Who is here: beside the map's name, and beside the very thing that is open.
let place = `map:${map}`;

export function stand(at) {
  place = at || `map:${map}`;
  standAt(place);
  showPeople();
}

function showPeople() {
  const others = people.filter((person) => person.tab !== ownTab);
  const language = document.documentElement.lang === "sv" ? "sv" : "fi";
  const named = (person) => (person.name.includes(person.organisation[language]) ? person.name : `${person.name} (${person.organisation[language]})`);
  for (const list of document.querySelectorAll("[data-presence]")) {
    const here = [...new Set(others.filter((person) => list.dataset.presence === "map" || person.at === place).map(named))];
    const sentence = here.length ? fill(list.dataset.presence === "map" ? words.hereNow : words.atThis, { names: here.join("; ") }) : "";
    if (list.textContent !== sentence) list.textContent = sentence;
    list.hidden = !sentence;
  }
  const taken = new Map(others.map((person) => [person.at.replace(/-\d$/, ""), person]));
  for (const node of document.querySelectorAll("[data-key]")) {
    const person = taken.get(node.dataset.key);
    if (person) node.dataset.present = named(person).slice(0, 1);
    else delete node.dataset.present;
  }
  const cells = new Set(others.map((person) => person.at.replace("interface:", "")));
  for (const cell of document.querySelectorAll("[data-cell]")) cell.toggleAttribute("data-present", cells.has(cell.dataset.cell));
}

document.addEventListener("live:presence", ({ detail }) => {
  ({ people } = detail);
  showPeople();
});
document.addEventListener("map:drawn", showPeople);

follow(`map-${map}`, Number(seq));
stand(document.querySelector("main [data-place]:not([data-panel] *)")?.dataset.place);
