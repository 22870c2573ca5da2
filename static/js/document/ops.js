// Ops on their way: sent at once, or kept on this device, each once, until there is a connection again.

import { both } from "./differences.js";
import { mayHoldIdentityCode } from "../identity-codes.js";
import { entryOf, forget, put, waiting } from "./queue.js";
import { forWhom, hasLeft, hearOfAnother, keep } from "../session.js";

const MOST_AT_THE_END = 60_000; // bytes that a browser still sends when the page is left
const { person } = document.body.dataset; // nothing is kept for those who have not signed in
const flying = new Map(); // id → what was sent and has no answer yet

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

const asBlob = (data) => {
  const [head, content] = data.split(",");
  return new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], { type: head.slice(5).split(";")[0] });
};

// Post a form that waited, with its files, as the page would have. Answers like `post`: where it led to, or what was wrong.
async function postForm(url, { value, files }) {
  try {
    const form = new FormData();
    for (const [name, each] of Object.entries(value)) form.set(name, each);
    for (const { name, data } of files) form.append("files", asBlob(data), name);
    const response = await fetch(url, { method: "POST", headers: { "X-CSRFToken": cookie("csrftoken") ?? "", ...forWhom }, body: form });
    if (response.headers.get("Content-Type")?.includes("json")) hearOfAnother();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (page.body.dataset.person !== person) return { status: 401, answer: {} }; // signed out, or another has signed in
    if (response.ok && response.redirected) return { status: 200, answer: { url: response.url } };
    const said = page.querySelectorAll("[data-error-summary] li, main:not(:has([data-error-summary])) > p");
    return { status: response.ok ? 422 : response.status, answer: { detail: [...said].map((each) => each.textContent).join(" ") } };
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
  const before = waitsBefore(url, op);
  if (!decides) flying.set(op.id, [url, op, about]);
  const result = before ? { status: 0, answer: {} } : await post(url, op);
  if (hasLeft()) return result; // what has no answer is kept below, and not a second time when the page comes back
  flying.delete(op.id);
  if (!isUnknown(result) || !person || (decides && result.status === 401)) return result;
  const waits = hold(url, op, about);
  if (before) flush();
  return { ...result, waits };
}

// Keep the op on this device for its person. Answers whether it is kept.
export function hold(url, op, about, more = {}) {
  if (mayHoldIdentityCode(JSON.stringify(op.value ?? ""))) return false;
  const before = waitsBefore(url, op);
  return put(before ? later(before, op) : { url, op, tried: op, about, page: location.href, at: Date.now(), ...more });
}

// Additions are each a thing of its own.
const isSameThing = (one, other) => one.subject === other.subject && one.property === other.property && !one.property.startsWith("add_");

const waitsBefore = (url, op) => waiting().find((entry) => entry.url === url && isSameThing(entry.op, op));

// What is written while the same waits takes its place: one thing waits once, on the value that its first one stood on.
const later = (entry, op) => ({ ...entry, op: { ...op, base_version: entry.op.base_version }, problem: null, at: Date.now() });

// What has no answer yet when the page goes away is kept before what was typed since: it may or may not have arrived.
const holdFlying = () => {
  for (const waits of flying.values()) hold(...waits);
};
addEventListener("pagehide", holdFlying, { once: true });

// Put an entry back on its way, over what another has saved meanwhile.
export function insist(entry) {
  const op = { ...entry.op, id: crypto.randomUUID(), base_version: entry.problem.answer.version };
  put({ ...entry, op, tried: null, problem: null });
  return flush();
}

let busy = null; // without locks (they need HTTPS) each tab takes turns with itself only; the server takes an id once
const alone = (act) => (navigator.locks ? navigator.locks.request("yhdyspinta-flush", act) : (busy ??= act().finally(() => (busy = null))));

// Send what waits, in order and from one tab at a time. What is refused stays until the person has decided.
export function flush() {
  if (!person) return Promise.resolve();
  return alone(async () => {
    for (const each of waiting()) {
      const entry = entryOf(each);
      if (!entry || entry.problem) continue;
      const { op, result } = await deliver(entry);
      const { status, answer } = result;
      const now = entryOf(entry);
      if (!now) continue; // decided, or signed out, meanwhile
      const isNewest = now.op.id === entry.op.id;
      if (isUnknown(result) || status === 429 || status >= 500) break;
      if (isUsed(answer)) put({ ...now, tried: null, op: { ...now.op, id: crypto.randomUUID() } });
      else if (status !== 200) put({ ...now, tried: null, problem: isNewest ? { status, answer } : null });
      else if (isNewest) forget(now);
      else put(follows({ ...now, tried: null }, op, answer));
      if (status === 200 && isNewest) document.dispatchEvent(new CustomEvent("ops:sent", { detail: { op, answer } }));
      if (!isNewest || isUsed(answer)) setTimeout(flush);
    }
  });
}

const deliverOp = (entry, op) => (entry.isForm ? postForm(entry.url, op) : post(entry.url, op));

// An op that may have reached the server before goes first, under its own id: what was written since stands on it.
async function deliver(waits) {
  const { tried } = waits;
  let entry = waits;
  if (tried && tried.id !== entry.op.id) {
    const result = await deliverOp(entry, tried);
    if (isUnknown(result)) return { op: tried, result };
    if (result.status === 200) entry = follows(entry, tried, result.answer);
  }
  sent.add(entry.op.id);
  const now = entryOf(entry);
  if (now) put({ ...now, op: now.op.id === entry.op.id ? entry.op : now.op, tried: entry.op });
  return { op: entry.op, result: await deliverOp(entry, entry.op) };
}

// The entry after the server has taken `before`: its text keeps what another's hand had put into that one.
function follows(entry, before, answer) {
  const { value } = entry.op;
  const isText = [value, before.value, answer.value].every((each) => typeof each === "string");
  const whole = isText && answer.value.trim() !== before.value.trim() ? both(before.value, value, answer.value) : value;
  return whole === null ? entry : { ...entry, op: { ...entry.op, value: whole, base_version: answer.version } };
}

if (person) {
  addEventListener("online", flush);
  setInterval(() => navigator.onLine && waiting().length && flush(), 15_000);
  flush();
}
