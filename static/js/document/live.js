// What others change, as it happens: one stream for each browser, shared by its tabs; polling when it cannot be had.
//
// The tab that holds the lock listens to the server and passes everything on. Each tab knows how far it has come, so
// whatever broke in between is asked for again by number, and nothing is missed or taken twice.

import { about } from "./about.js";
import { sent } from "./ops.js";
import { hearOfAnother } from "../session.js";

const POLL = 5_000, SILENCE = 40_000, PRESENCE = 4_000;
const tab = crypto.randomUUID();
const channel = new BroadcastChannel("yhdyspinta-live");
const wants = new Map(); // the leader's: tab → { of, seq, changes }
const news = new Map(); // the leader's: document → the last that was told, for tabs that come later
const told = new Map(); // the leader's: document → the number up to which its changes have been passed on
const mine = { of: "", seq: 0, changes: "" }; // the document as the stream calls it, its number, where its changes are
let stream = null, leads = false, poll = 0, silence = 0;

const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

// Follow the page's document from the number that the page was made at.
export function follow() {
  Object.assign(mine, { of: about.live, seq: Number(about.seq), changes: about.changes });
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
  const before = followed();
  if (data.want) wants.set(data.tab, data.want);
  if (data.bye) wants.delete(data.bye);
  const isBehind = data.want && data.want.seq < (told.get(data.want.of) ?? 0); // what changed while its page was on its way
  if (followed() !== before || isBehind) listen();
  else if (data.want && news.has(data.want.of)) pass("news", news.get(data.want.of));
  return undefined;
});

// The documents that the tabs want, each from the lowest number that a tab has: document → { of, seq, changes }.
const lowest = () => {
  const found = new Map();
  for (const want of wants.values()) if (want.seq <= (found.get(want.of)?.seq ?? want.seq)) found.set(want.of, want);
  return [...found.values()];
};
const cursor = () => lowest().map(({ of, seq }) => `${of}:${seq}`).sort().join();
const followed = () => [...new Set([...wants.values()].map(({ of }) => of))].sort().join();

function listen() {
  stream?.close();
  clearTimeout(poll);
  stream = new EventSource(about.stream + cursor());
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
  for (const want of lowest()) {
    const which = { document: want.of };
    try {
      const response = await fetch(`${want.changes}?since=${want.seq}`);
      if (response.ok) {
        const { news, ...changes } = await response.json();
        pass("changes", { ...which, ...changes });
        pass("news", { ...which, news });
      }
      if (response.status === 404) pass("gone", which);
    } catch {
      // no connection: the next round asks again
    }
  }
  listen();
}

// To all tabs, this one too.
function pass(event, detail) {
  if (event === "news") news.set(detail.document, detail);
  if (event === "changes" || event === "reset") told.set(detail.document, detail.seq);
  channel.postMessage({ event, detail });
  take(event, detail);
  if (event === "changes") for (const want of wants.values()) if (want.of === detail.document) want.seq = Math.max(want.seq, detail.seq);
}

function take(event, detail) {
  if (event !== "state" && detail.document !== mine.of) return;
  if (event === "changes") {
    const fresh = detail.changes.filter((change) => change.seq > mine.seq);
    mine.seq = Math.max(mine.seq, detail.seq);
    const others = fresh.filter((change) => !sent.has(change.id));
    if (others.length) emit("changes", { changes: others });
  } else emit(event, detail);
}

// Where this person is, told every few seconds while the page is looked at: a subject or a part of one.
let at = "", presence = 0;

export function standAt(place) {
  if (!mine.of) return;
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
  const response = await fetch(about.stand, { method: "POST", body: form(at) }).catch(() => null);
  if (response?.status !== 409) return;
  clearInterval(presence);
  hearOfAnother({ isIdle });
}

addEventListener("pagehide", () => mine.of && navigator.sendBeacon(about.stand, form("")));
document.addEventListener("visibilitychange", () => {
  if (!mine.of || !at) return;
  if (document.visibilityState === "hidden") navigator.sendBeacon(about.stand, form(""));
  else tellWhere({ isIdle: false });
});

export const ownTab = tab;
