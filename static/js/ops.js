// Ops on their way: sent at once, or kept on this device, each once, until there is a connection again.

import { deleteDB, openDB } from "../vendor/idb.js";
import { mayHoldIdentityCode } from "./identity-codes.js";

const PREFIX = "yhdyspinta-";
const person = document.body.dataset.person; // nothing is kept for those who have not signed in
const tabs = new BroadcastChannel("yhdyspinta-waiting");
let opened = null;

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

// The ids of the ops that this tab has sent: others' changes are told apart from one's own.
export const sent = new Set();

// Post JSON. Resolves with { status, answer }; status 0 means that there is no connection.
export async function post(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") ?? "" },
      body: JSON.stringify(body),
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (!isJson) return { status: response.ok ? 401 : response.status || 502, answer: {} }; // another page than ours
    return { status: response.status, answer: await response.json() };
  } catch {
    return { status: 0, answer: {} };
  }
}

// Send one op; without a connection it waits on this device, unless it may hold client data.
// `about` is what the person would call it. Resolves with { status, answer, waits }.
export async function sendOp(url, op, about = "") {
  sent.add(op.id);
  const before = person && (await waiting()).some((entry) => entry.url === url && sameThing(entry.op, op));
  const result = before ? { status: 0, answer: {} } : await post(url, op);
  if (result.status !== 0 || !person) return result;
  if (mayHoldIdentityCode(JSON.stringify(op.value ?? ""))) return result;
  const store = await database();
  await store.add("ops", { url, op, about, page: location.href, at: Date.now() });
  changed();
  if (before) flush();
  return { ...result, waits: true };
}

const sameThing = (one, other) => one.subject === other.subject && one.property === other.property;

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
  await (await database()).put("ops", { ...entry, op, problem: null });
  changed();
  await flush();
}

function changed() {
  document.dispatchEvent(new CustomEvent("ops:waiting"));
  tabs.postMessage("changed");
}
tabs.addEventListener("message", () => document.dispatchEvent(new CustomEvent("ops:waiting")));

// Send what waits, in order and from one tab at a time. What is refused stays until the person has decided.
export function flush() {
  if (!person) return Promise.resolve();
  return navigator.locks.request("yhdyspinta-flush", async () => {
    const store = await database();
    for (const { n } of await waiting()) {
      const entry = await store.get("ops", n);
      if (!entry || entry.problem) continue;
      sent.add(entry.op.id);
      const { status, answer } = await post(entry.url, entry.op);
      if ((await opened) !== store) break; // signed out meanwhile: nothing is kept any longer
      if (status === 0 || status === 401 || status === 429 || status >= 500) break;
      if (status === 200) {
        await store.delete("ops", n);
        await follow(store, entry, answer.version);
        document.dispatchEvent(new CustomEvent("ops:sent", { detail: { op: entry.op, answer } }));
      } else {
        await store.put("ops", { ...entry, problem: { status, answer } });
      }
      changed();
    }
  });
}

// Later changes of the same thing stand on this one.
async function follow(store, entry, version) {
  for (const later of await store.getAll("ops"))
    if (later.url === entry.url && sameThing(later.op, entry.op))
      await store.put("ops", { ...later, op: { ...later.op, base_version: Math.max(version, later.op.base_version) } });
}

// Leave nothing of this person on the device.
export async function wipe() {
  if (opened) (await opened).close();
  opened = null;
  await deleteDB(PREFIX + person);
}

// What another person left on this device goes away as soon as somebody else is here.
(async () => {
  for (const { name } of (await indexedDB.databases?.()) ?? [])
    if (name.startsWith(PREFIX) && name !== PREFIX + person) await deleteDB(name);
})();

if (person) {
  addEventListener("online", flush);
  setInterval(async () => navigator.onLine && (await waiting()).length && flush(), 15_000);
  flush();
}
