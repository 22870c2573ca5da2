// What waits on this device for its person: an entry for each change, written before the next line runs. A browser's database
// answers later, in a page that goes away never, and WebKit's may hang behind a page that is kept in memory (decision 49).

const PREFIX = "yhdyspinta-waits-";
const WEEK = 7 * 24 * 60 * 60 * 1000; // so long another's changes wait for that one to sign in here again
const { person } = document.body.dataset; // nothing is kept for those who have not signed in
const own = `${PREFIX}${person}-`;
let isWiped = false; // the person signs out: nothing is kept any longer
let latest = 0;

const names = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));

const read = (name) => JSON.parse(localStorage.getItem(name));

const tell = () => document.dispatchEvent(new CustomEvent("ops:waiting"));
addEventListener("storage", ({ key }) => (key === null || key.startsWith(own)) && tell()); // another tab's hand

// Everything that waits, in the order in which it was made.
export function waiting() {
  try {
    return person ? names().filter((name) => name.startsWith(own)).sort().map(read).filter(Boolean) : [];
  } catch {
    return []; // the browser keeps nothing
  }
}

// The entry as it is now: another tab may have changed it, or sent it.
export const entryOf = ({ n }) => read(own + n);

// Write the entry, a new one when it has no number yet. Answers whether it is kept.
export function put(entry) {
  if (isWiped || !person) return false;
  latest = Math.max(Date.now(), latest + 1);
  const n = entry.n ?? `${latest}-${crypto.randomUUID()}`;
  try {
    localStorage.setItem(own + n, JSON.stringify({ ...entry, n }));
  } catch {
    return false; // the store is full or forbidden
  }
  tell();
  return true;
}

export function forget({ n }) {
  localStorage.removeItem(own + n);
  tell();
}

// Where the page lies that this person opens without a connection.
export const offlineCache = () => `yhdyspinta-report-${person}`;

// Leave nothing of this person on the device.
export function wipe() {
  isWiped = true;
  for (const entry of waiting()) localStorage.removeItem(own + entry.n);
  globalThis.caches?.delete(offlineCache());
}

// What another person left on this device waits for that one, but not for ever.
try {
  for (const name of names()) if (!name.startsWith(own) && read(name).at < Date.now() - WEEK) localStorage.removeItem(name);
} catch {
  // the browser keeps nothing
}
