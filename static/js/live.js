// What others change, as it happens: one stream for each browser, shared by its tabs; polling when it cannot be had.
//
// The tab that holds the lock listens to the server and passes everything on. Each tab knows how far it has come, so
// whatever broke in between is asked for again by number, and nothing is missed or taken twice.

import { sent } from "./ops.js";
import { hearOfAnother } from "./session.js";

const POLL = 5_000, SILENCE = 40_000, PRESENCE = 4_000;
const tab = crypto.randomUUID();
const channel = new BroadcastChannel("yhdyspinta-live");
const wants = new Map(); // the leader's: tab → { key, seq }; a key names a document, such as «map-12»
const news = new Map(); // the leader's: key → the last that was told, for tabs that come later
const mine = { key: "", seq: 0 };
let stream = null, leads = false, poll = 0, silence = 0;

const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

// Follow one document from the number that the page was made at.
export function follow(key, seq) {
  Object.assign(mine, { key, seq });
  if (navigator.locks) navigator.locks.request("yhdyspinta-live", lead);
  else lead();
  channel.postMessage({ want: mine, tab });
  addEventListener("pagehide", () => channel.postMessage({ bye: tab }));
  addEventListener("online", () => leads && listen());
}

function lead() {
  leads = true;
  wants.set(tab, mine);
  channel.postMessage({ who: tab });
  listen();
  return new Promise(() => {}); // the lock is held until the tab closes
}

channel.addEventListener("message", ({ data }) => {
  if (data.event) return take(data.event, data.detail);
  if (!leads) return data.who ? channel.postMessage({ want: mine, tab }) : undefined;
  const before = keys();
  if (data.want) wants.set(data.tab, data.want);
  if (data.bye) wants.delete(data.bye);
  if (keys() !== before) listen();
  else if (data.want && news.has(data.want.key)) pass("news", news.get(data.want.key));
  return undefined;
});

// The documents that the tabs want, each from the lowest number that a tab has: «map-12:340,map-15:8».
const cursor = () => {
  const lowest = new Map();
  for (const { key, seq } of wants.values()) lowest.set(key, Math.min(seq, lowest.get(key) ?? seq));
  return [...lowest].sort().map((pair) => pair.join(":")).join(",");
};
const keys = () => [...new Set([...wants.values()].map(({ key }) => key))].sort().join();

function listen() {
  stream?.close();
  clearTimeout(poll);
  stream = new EventSource(`/virta/?documents=${cursor()}`);
  stream.addEventListener("open", () => pass("state", { live: true }));
  for (const name of ["changes", "news", "presence", "gone", "reset"])
    stream.addEventListener(name, ({ data }) => {
      heard();
      pass(name, JSON.parse(data));
    });
  stream.addEventListener("beat", heard);
  stream.addEventListener("error", () => {
    pass("state", { live: false });
    // The browser tries again by itself unless the answer was no stream at all.
    if (stream.readyState === EventSource.CLOSED) poll = setTimeout(ask, POLL);
  });
  heard();
}

// A connection that died without a word is opened again.
function heard() {
  clearTimeout(silence);
  silence = setTimeout(listen, SILENCE);
}

// Without a stream: ask for the changes of every document, then try to listen again.
async function ask() {
  for (const [key, seq] of cursor().split(",").map((pair) => pair.split(":"))) {
    try {
      const response = await fetch(`/api/v1/${key.replace("-", "s/")}/changes/?since=${seq}`);
      if (response.ok) {
        const { news, ...changes } = await response.json();
        pass("changes", { document: key, ...changes });
        pass("news", { document: key, news });
      }
      if (response.status === 404) pass("gone", { document: key });
    } catch {
      // no connection: the next round asks again
    }
  }
  listen();
}

// To all tabs, this one too.
function pass(event, detail) {
  if (event === "news") news.set(detail.document, detail);
  channel.postMessage({ event, detail });
  take(event, detail);
  if (event === "changes") for (const want of wants.values()) if (want.key === detail.document) want.seq = Math.max(want.seq, detail.seq);
}

function take(event, detail) {
  if (event !== "state" && detail.document !== mine.key) return;
  if (event === "changes") {
    const fresh = detail.changes.filter((change) => change.seq > mine.seq);
    mine.seq = Math.max(mine.seq, detail.seq);
    const others = fresh.filter((change) => !sent.has(change.id));
    if (others.length) emit("changes", { changes: others });
  } else emit(event, detail);
}

// Where this person is, told every few seconds while the page is looked at: «interface:7-3», «service:4», «map:12».
let at = "", presence = 0;

export function standAt(place) {
  if (!mine.key) return;
  at = place;
  clearInterval(presence);
  tellWhere();
  presence = setInterval(tellWhere, PRESENCE);
}

const form = (place) => {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  data.set("made_for", document.body.dataset.madeFor ?? "");
  data.set("tab", tab);
  data.set("at", place);
  return data;
};

async function tellWhere({ isIdle = true } = {}) {
  if (document.visibilityState !== "visible" || !navigator.onLine) return;
  const response = await fetch(`/virta/${mine.key}/lasna/`, { method: "POST", body: form(at) }).catch(() => null);
  if (response?.status !== 409) return;
  clearInterval(presence);
  hearOfAnother({ isIdle });
}

addEventListener("pagehide", () => mine.key && navigator.sendBeacon(`/virta/${mine.key}/lasna/`, form("")));
document.addEventListener("visibilitychange", () => {
  if (!mine.key || !at) return;
  if (document.visibilityState === "hidden") navigator.sendBeacon(`/virta/${mine.key}/lasna/`, form(""));
  else tellWhere({ isIdle: false });
});

export const ownTab = tab;
