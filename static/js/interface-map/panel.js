// The panel beside the drawing and the matrix: it shows the same parts that have pages of their own.

import { about } from "../document/about.js";
import { isUnsaved, pathOf, save } from "../document/edit.js";
import { changed, stand } from "../document/page.js";
import { replace } from "../document/refresh.js";
import { say, tell, words } from "../document/words.js";

const panel = document.querySelector("[data-panel]");
const body = panel.querySelector("[data-panel-body]");
const frame = document.querySelector("[data-map-frame]");
let shown = "";
let opener = null;
let opened = 0; // when two addresses are asked for, only the later one is shown
let refreshed = 0;

export const isOpen = () => !panel.hidden;

// The address remembers what is open, so that it is there after a reload and for whoever gets the link.
const { root } = about;
const remember = (path) => {
  const address = new URL(location.href);
  address.hash = path.startsWith(root) ? path.slice(root.length) : "";
  history.replaceState(history.state, "", address);
};

async function part(url) {
  let response;
  try {
    response = await fetch(url, { headers: { "X-Panel": "1" } });
  } catch {
    say(words.offline);
    return null;
  }
  if (response.redirected || !response.ok) {
    location.assign(url); // signed out, removed or failing: the whole page says it in its own words
    return null;
  }
  return response.text();
}

// Open the address in the panel; `from` is what gets the focus back when the panel closes.
export async function open(url, { from = document.activeElement, keepFocus = false } = {}) {
  if (!isOpen() || !panel.contains(from)) opener = from;
  const turn = ++opened;
  if (!(await mayLeave())) return;
  const before = refreshed;
  const html = await part(url);
  if (html === null || turn !== opened) return;
  body.innerHTML = html;
  shown = url;
  panel.hidden = false;
  frame.classList.add("map-frame--open");
  panel.querySelector("[data-panel-open]").href = url;
  remember(new URL(url, location.href).pathname);
  document.dispatchEvent(new CustomEvent("panel:opened", { detail: { url } }));
  stand(body.querySelector("[data-place]")?.dataset.place);
  body.scrollTop = 0;
  if (!keepFocus) body.querySelector("[data-panel-title]")?.focus({ preventScroll: true });
  if (before !== refreshed) await refresh(); // something changed after it was asked for
}

export async function close() {
  opened += 1;
  if (!isOpen() || !(await mayLeave())) return;
  panel.hidden = true;
  body.replaceChildren();
  shown = "";
  frame.classList.remove("map-frame--open");
  remember("");
  document.dispatchEvent(new CustomEvent("panel:closed"));
  stand();
  if (opener?.isConnected) opener.focus();
  else document.dispatchEvent(new CustomEvent("panel:focus-lost"));
}

// What is open, as the server has it now.
async function refresh() {
  const turn = ++refreshed;
  const url = shown;
  const html = url && (await part(url));
  if (html && turn === refreshed && url === shown) replace(body, html);
}
document.addEventListener("document:changed", refresh);

// What is open is saved first; what is refused stays open unless the person lets it go.
async function mayLeave() {
  const forms = [...body.querySelectorAll("form[data-edit]:not([data-after])")];
  await Promise.all(forms.map((form) => save(form)));
  return !forms.some((form) => form.isConnected && isUnsaved(form)) || confirm(words.leaveUnsaved);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-panel-link]");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain) return;
  event.preventDefault();
  open(link.href, { from: link });
});

panel.querySelector("[data-panel-close]").addEventListener("click", close);

panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

// Searching for a person inside the panel stays inside the panel.
panel.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-panel-search]")) return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  open(address.href, { from: panel });
});

document.addEventListener("document:saved", async ({ detail: { form, answer } }) => {
  if (!form || !panel.contains(form)) return;
  const after = form.dataset.after;
  const made = answer.value?.subject;
  if (after === "open" && made) await open(pathOf(form, made), { from: panel });
  else if (after === "reload") shown = shown.replace(/[?].*$/, "");
  else if (after === "close") {
    await close();
    tell(words.removed, "saved");
    say(words.removed);
  }
  changed({ answer });
});

const remembered = root + location.hash.slice(1);
const opens = panel.dataset.opens.split(" ").map((path) => path.replace(/0\/$/, "")); // by what stands on the map and is numbered 0
if (/^[\w/-]+$/.test(remembered) && opens.some((path) => remembered.startsWith(path) && remembered !== path)) {
  remember(""); // what is not there any more is told by its own page, from which one comes back to the map
  open(remembered, { from: document.body });
}
