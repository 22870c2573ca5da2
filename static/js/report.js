// A report of what does not work, from where there is no connection: past the gate on this device, shown as the other party
// will see it, and kept in the queue of what waits until it can go.

import { mayHoldIdentityCode } from "./identity-codes.js";
import { hold } from "./document/ops.js";
import { offlineCache } from "./document/queue.js";
import "./files.js";

const LONGEST_WAIT = 5000; // milliseconds
const MOST_AS_TEXT = 1_500_000; // characters of a file that waits on this device
const form = document.querySelector("form[data-report]");
const words = form?.dataset;

async function isConnected() {
  try {
    return (await fetch(words.alive, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) })).ok;
  } catch {
    return false;
  }
}

const asText = (file) =>
  new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, data: reader.result });
    reader.onerror = () => done(null);
    reader.readAsDataURL(file);
  });

// Without a connection

const say = (sentence, isProblem = false) => {
  const box = form.querySelector("[data-report-said]");
  box.textContent = sentence;
  box.className = isProblem ? "error-summary" : "notice";
  box.hidden = false;
  box.focus();
};

const told = () => Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "made_for", "go", "drop"].includes(name)));

const labelOf = (name) => {
  const field = form.elements[name];
  const chosen = field instanceof RadioNodeList ? [...field].find((each) => each.checked) : field;
  return chosen?.selectedOptions?.[0]?.text ?? chosen?.closest("label")?.querySelector("span")?.firstChild?.textContent.trim() ?? chosen?.closest("label")?.textContent.trim() ?? "";
};

function lacking(report) {
  if (!report.text?.trim()) return words.noText;
  if (mayHoldIdentityCode(report.text)) return words.code;
  return ["effect", "frequency", "urgency"].every((name) => report[name]) ? "" : words.noChoice;
}

let isShown = form?.dataset.report === "preview"; // the screen before sending has been seen already

function show(report) {
  const seen = document.querySelector("[data-report-seen]").content.cloneNode(true);
  seen.querySelector("[data-text]").textContent = report.text;
  seen.querySelector("[data-place]").textContent = words.place ?? labelOf("yhdyspinta") ?? "";
  seen.querySelector("[data-labels]").textContent = ["effect", "frequency", "urgency"].map(labelOf).join(" · ");
  const foot = form.querySelector(".report__foot");
  form.querySelector(".seen-offline")?.remove();
  const box = Object.assign(document.createElement("div"), { className: "seen-offline" });
  box.append(seen);
  foot.before(box);
  foot.querySelector("button[type=submit]").textContent = words.later;
  isShown = true;
  say(words.offline);
  box.scrollIntoView({ block: "nearest" });
}

async function wait(report) {
  const input = form.querySelector("input[type=file]");
  const files = await Promise.all([...(input?.files ?? [])].map(asText));
  if (files.some((file) => !file || file.data.length > MOST_AS_TEXT)) return say(words.large, true);
  const id = form.dataset.report === "whole" ? crypto.randomUUID() : report.key;
  const value = { ...report, key: id, go: "send" };
  const op = { id, subject: "escalation", property: "add_report", value, files, shown: report.text };
  if (!hold(form.action, op, `${words.about}: ${words.place ?? labelOf("yhdyspinta")}`, { isForm: true })) return say(words.notKept, true);
  const done = document.createElement("p");
  Object.assign(done, { className: "notice", textContent: words.waits, tabIndex: -1 });
  done.dataset.reportWaits = "";
  form.replaceWith(done);
  done.focus();
}

let goes = false;
form?.addEventListener("submit", async (event) => {
  if (goes || event.submitter?.value === "back") return;
  event.preventDefault();
  const { submitter } = event;
  if (form.dataset.report !== "whole" && (await isConnected())) {
    goes = true;
    return form.requestSubmit(submitter);
  }
  const report = told();
  const problem = lacking(report);
  if (problem) return say(problem, true);
  if (isShown || submitter?.value === "send") await wait(report);
  else show(report);
});
form?.addEventListener("input", () => {
  if (form.dataset.report !== "preview") isShown = false;
});

// What waited has gone: its page is here.
document.addEventListener("ops:sent", ({ detail: { op, answer } }) => {
  const box = document.querySelector("[data-report-waits]");
  if (op.property !== "add_report" || !box || !answer.url) return;
  const link = Object.assign(document.createElement("a"), { href: answer.url, textContent: document.querySelector("[data-report-gone]").dataset.reportGone });
  box.replaceChildren(link);
});

// The page that opens without a connection, for this person alone; another's is not left here.
const { offline, worker } = document.querySelector("[data-offline-page]")?.dataset ?? {};
async function prepare() {
  await navigator.serviceWorker.register(`${worker}?page=${encodeURIComponent(offline)}`);
  const own = offlineCache();
  for (const name of await caches.keys()) if (name.startsWith("yhdyspinta-report-") && name !== own) await caches.delete(name);
  const cache = await caches.open(own);
  const page = await fetch(offline, { headers: { "X-Requested-With": "offline" } });
  if (!page.ok || page.redirected) return;
  const parts = new DOMParser().parseFromString(await page.clone().text(), "text/html").querySelectorAll("link[rel=stylesheet], script[src]");
  const addresses = [...parts].map((part) => part.href || new URL(part.getAttribute("src"), location.origin).href);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /\.(js|css|woff2)$/.test(name));
  await cache.put(offline, page);
  await Promise.allSettled([...new Set([...addresses, ...loaded])].map((address) => cache.add(address)));
  document.documentElement.dataset.offlineReady = "";
}
if (offline && "serviceWorker" in navigator && "caches" in globalThis && document.body.dataset.person) prepare().catch(() => {});
