// Ops on their way: sent at once, or kept on this device, each once, until there is a connection again.

import { deleteDB, openDB } from "../../vendor/idb.js";
import { both } from "./differences.js";
import { mayHoldIdentityCode } from "../identity-codes.js";
import { forWhom, hearOfAnother, keep } from "../session.js";

const PREFIX = "yhdyspinta-";
const WEEK = 7 * 24 * 60 * 60 * 1000; // so long another's changes wait for that one to sign in here again
const MOST_AT_THE_END = 60_000; // bytes that a browser still sends when the page is left
const person = document.body.dataset.person; // nothing is kept for those who have not signed in
const tabs = new BroadcastChannel("yhdyspinta-waiting");
let opened = null;
let isWiped = false; // the person signs out: nothing is kept any longer

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

// The ids of the ops that this tab has sent: others' changes are told apart from one's own.
export const sent = new Set();

// Post JSON. Resolves with { status, answer }; status 0 means that there is no connection.
export async function post(url, body) {
  try {
    const text = JSON.stringify(body);
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") ?? "", ...forWhom },
      body: text,
      keepalive: new Blob([text]).size < MOST_AT_THE_END, // a page that is left takes nothing back
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (!isJson) return { status: response.ok ? 401 : response.status || 502, answer: {} }; // another page than ours
    const answer = await response.json();
    if (answer.made_for_another) hearOfAnother();
    return { status: answer.made_for_another ? 401 : response.status, answer };
  } catch {
    return { status: 0, answer: {} };
  }
}

// Whether the server has not judged: there was no connection, or the page's own person is signed in no longer.
const isUnknown = ({ status }) => status === 0 || status === 401;

// Whether the id was already another change's: under a new one the server judges what is wished.
const isUsed = (answer) => answer?.type === "urn:yhdyspinta:problem:id-used";

// Send one op; without a connection, or without its person, it waits on this device, unless it may hold client data.
// `about` is what the person would call it; what decides something is never done later, when its person comes back.
// Resolves with { status, answer, waits }.
export const sendOp = (url, op, about = "", { decides = false } = {}) => keep(send(url, op, about, decides));

async function send(url, op, about, decides) {
  sent.add(op.id);
  const before = person && (await waiting()).find((entry) => entry.url === url && isSameThing(entry.op, op));
  const result = before ? { status: 0, answer: {} } : await post(url, op);
  if (!isUnknown(result) || !person || (decides && result.status === 401)) return result;
  const waits = await hold(url, op, about);
  if (before) flush();
  return { ...result, waits };
}

// Keep the op on this device for its person. Resolves with whether it is kept.
export async function hold(url, op, about) {
  if (isWiped || mayHoldIdentityCode(JSON.stringify(op.value ?? ""))) return false;
  const store = await database();
  const before = (await waiting()).find((entry) => entry.url === url && isSameThing(entry.op, op));
  if (before) await store.put("ops", later(before, op));
  else await store.add("ops", { url, op, tried: op, about, page: location.href, at: Date.now() });
  changed();
  return true;
}

// What is written while the same waits takes its place: one thing waits once, on the value that its first one stood on.
const later = (entry, op) => ({ ...entry, op: { ...op, base_version: entry.op.base_version }, problem: null, at: Date.now() });

// Additions are each a thing of its own.
const isSameThing = (one, other) => one.subject === other.subject && one.property === other.property && !one.property.startsWith("add_");

// A page that goes away has no time for the database: its last words are put here at once, and the next page takes them.
const LEFT = `${PREFIX}left-`;
const leftBy = (name) => JSON.parse(localStorage.getItem(name) ?? "[]");

export function leave(url, op, about) {
  if (isWiped || !person || mayHoldIdentityCode(JSON.stringify(op.value ?? ""))) return;
  try {
    localStorage.setItem(LEFT + person, JSON.stringify([...leftBy(LEFT + person), { url, op, about, at: Date.now() }]));
  } catch {
    // The store is full or forbidden: what was posted beside it is all that can be done, also for the other fields.
  }
}

async function takeWhatWasLeft() {
  const left = leftBy(LEFT + person);
  localStorage.removeItem(LEFT + person);
  for (const { url, op, about } of left) await hold(url, op, about);
}

const database = () =>
  (opened ??= openDB(PREFIX + person, 1, {
    upgrade: (store) => store.createObjectStore("ops", { keyPath: "n", autoIncrement: true }),
    blocking: (_current, _blocked, event) => {
      event.target.close(); // another tab signs out and deletes everything
      opened = null;
    },
  }));

// Everything that waits, in the order in which it was made.
export async function waiting() {
  try {
    return person ? await (await database()).getAll("ops") : [];
  } catch {
    return []; // somebody signs out: nothing is kept any longer
  }
}

export async function forget(entry) {
  await (await database()).delete("ops", entry.n);
  changed();
}

// Put an entry back on its way, over what another has saved meanwhile.
export async function insist(entry) {
  const op = { ...entry.op, id: crypto.randomUUID(), base_version: entry.problem.answer.version };
  await (await database()).put("ops", { ...entry, op, tried: null, problem: null });
  changed();
  await flush();
}

function changed() {
  document.dispatchEvent(new CustomEvent("ops:waiting"));
  tabs.postMessage("changed");
}
tabs.addEventListener("message", () => document.dispatchEvent(new CustomEvent("ops:waiting")));

let busy = null; // without locks (they need HTTPS) each tab takes turns with itself only; the server takes an id once
const alone = (act) => (navigator.locks ? navigator.locks.request("yhdyspinta-flush", act) : (busy ??= act().finally(() => (busy = null))));

// Send what waits, in order and from one tab at a time. What is refused stays until the person has decided.
export function flush() {
  if (!person) return Promise.resolve();
  return alone(async () => {
    const store = await database();
    for (const { n } of await waiting()) {
      const entry = await store.get("ops", n);
      if (!entry || entry.problem) continue;
      const { op, result } = await deliver(store, entry);
      if ((await opened) !== store) break; // signed out meanwhile: nothing is kept any longer
      const { status, answer } = result;
      const now = await store.get("ops", n);
      if (!now) continue;
      const isNewest = now.op.id === entry.op.id;
      if (isUnknown(result) || status === 429 || status >= 500) break;
      if (isUsed(answer)) await store.put("ops", { ...now, tried: null, op: { ...now.op, id: crypto.randomUUID() } });
      else if (status !== 200) await store.put("ops", { ...now, tried: null, problem: isNewest ? { status, answer } : null });
      else if (isNewest) await store.delete("ops", n);
      else await store.put("ops", follows({ ...now, tried: null }, op, answer));
      if (status === 200 && isNewest) document.dispatchEvent(new CustomEvent("ops:sent", { detail: { op, answer } }));
      changed();
      if (!isNewest || isUsed(answer)) setTimeout(flush);
    }
  });
}

// An op that may have reached the server before goes first, under its own id: what was written since stands on it.
async function deliver(store, waits) {
  const { tried } = waits;
  let entry = waits;
  if (tried && tried.id !== entry.op.id) {
    const result = await post(entry.url, tried);
    if (isUnknown(result)) return { op: tried, result };
    if (result.status === 200) entry = follows(entry, tried, result.answer);
  }
  sent.add(entry.op.id);
  const now = await store.get("ops", entry.n);
  if (now) await store.put("ops", { ...now, op: now.op.id === entry.op.id ? entry.op : now.op, tried: entry.op });
  return { op: entry.op, result: await post(entry.url, entry.op) };
}

// The entry after the server has taken `before`: its text keeps what another's hand had put into that one.
function follows(entry, before, answer) {
  const { value } = entry.op;
  const isText = [value, before.value, answer.value].every((each) => typeof each === "string");
  const whole = isText && answer.value.trim() !== before.value.trim() ? both(before.value, value, answer.value) : value;
  return whole === null ? entry : { ...entry, op: { ...entry.op, value: whole, base_version: answer.version } };
}

// Leave nothing of this person on the device.
export async function wipe() {
  isWiped = true;
  localStorage.removeItem(LEFT + person);
  if (opened) (await opened).close();
  opened = null;
  await deleteDB(PREFIX + person);
}

// What another person left on this device waits for that one, but not for ever.
for (const name of Object.keys(localStorage))
  if (name.startsWith(LEFT) && !leftBy(name).some(({ at }) => at > Date.now() - WEEK)) localStorage.removeItem(name);
(async () => {
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    if (!name.startsWith(PREFIX) || name === PREFIX + person) continue;
    const theirs = await openDB(name, 1, { upgrade: (store) => store.createObjectStore("ops", { keyPath: "n", autoIncrement: true }) });
    const isWaiting = (await theirs.getAll("ops")).some(({ at }) => at > Date.now() - WEEK);
    theirs.close();
    if (!isWaiting) await deleteDB(name);
  }
})();

if (person) {
  addEventListener("online", flush);
  setInterval(async () => navigator.onLine && (await waiting()).length && flush(), 15_000);
  takeWhatWasLeft().then(flush);
}
