// The drawing of an interface map: it shows the server's geometry, and every change is an op.

import { fill, say, sendOp, words } from "../edit.js";
import { draggable, zoomable } from "./gestures.js";
import { roving } from "./keyboard.js";
import { close, isOpen, open } from "./panel.js";
import { draw, line, place } from "./view.js";

const canvas = document.querySelector("[data-canvas]");
const world = canvas.querySelector("[data-world]");
const address = `/api/v1/maps/${JSON.parse(document.getElementById("drawing-data").textContent).id}/`;
let data = JSON.parse(document.getElementById("drawing-data").textContent);
let drawn = { nodes: new Map(), lines: [] };
let connecting = null; // a Set of chosen service ids while services are being connected

const zoomed = zoomable(canvas, world, (scale) => canvas.style.setProperty("--scale", scale));
const keys = roving(canvas, () => drawn.nodes, { reveal: zoomed.reveal, commands: commandsOf(), shift: moveBy });

const itemOf = (key) => {
  const [kind, id] = key.split(":");
  return data[kind === "service" ? "services" : "interfaces"].find((item) => item.id === Number(id));
};

function render() {
  const focused = document.activeElement?.dataset?.key;
  const current = focused ?? world.querySelector("[tabindex='0']")?.dataset.key;
  drawn = draw(world, data, drawn);
  const first = drawn.nodes.get(current) ?? drawn.nodes.values().next().value;
  if (first) keys.take(first);
  if (focused) drawn.nodes.get(focused)?.focus({ preventScroll: true });
  showOpen();
  showChosen();
  canvas.querySelector(".canvas__empty")?.toggleAttribute("hidden", data.services.length > 0);
  if (data.can_edit) draggable([...drawn.nodes.values()].filter((node) => node.dataset.key.startsWith("service")), zoomed.scale, { moving, dropped });
}

export async function refresh() {
  try {
    const response = await fetch(`${address}drawing/`);
    if (!response.ok) return;
    const before = data;
    data = await response.json();
    render();
    if (before.width !== data.width || before.height !== data.height) zoomed.refit();
  } catch {
    say(words.offline);
  }
}

// What is open in the panel is marked in the drawing, with its lines.
let openUrl = "";
function showOpen() {
  const path = openUrl && new URL(openUrl, location.href).pathname;
  for (const [key, node] of drawn.nodes) {
    const isIt = Boolean(path) && path.startsWith(itemOf(key).url);
    node.toggleAttribute("data-open", isIt);
    if (isIt) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }
  for (const edge of drawn.lines) {
    const touched = [edge.service, edge.interface].some((key) => drawn.nodes.get(key).hasAttribute("data-open"));
    edge.path.classList.toggle("edge--open", touched);
  }
}

document.addEventListener("panel:opened", ({ detail: { url } }) => {
  openUrl = url;
  showOpen();
});
document.addEventListener("panel:closed", () => {
  openUrl = "";
  showOpen();
});
document.addEventListener("panel:focus-lost", () => keys.focus(world.querySelector("[tabindex='0']")));

world.addEventListener("click", (event) => {
  const node = event.target.closest("[data-key]");
  if (!node) return;
  if (connecting) choose(node);
  else open(itemOf(node.dataset.key).url, { from: node });
});

document.addEventListener("map:saved", ({ detail: { answer } }) => {
  const structural = /^(add_|archived|place|parties)/.test(answer.property);
  const [, id, number] = openUrl.match(/yhdyspinnat\/(\d+)\/(\d+)\//) ?? [];
  const shown = id && data.interfaces.find((item) => item.id === Number(id))?.statuses[number - 1];
  if (structural || (answer.status && answer.status !== shown)) refresh();
});

// Zoom buttons and keys.
canvas.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoomBy(button.dataset.zoom)));
function zoomBy(how) {
  if (how === "fit") zoomed.fit();
  else zoomed.by(how === "in" ? 1.25 : 0.8);
  say(fill(words.zoom, { percent: Math.round(zoomed.scale() * 100) }));
}

function commandsOf() {
  const tool = (name) => document.querySelector(`[data-tool="${name}"]`);
  return {
    "+": () => zoomBy("in"),
    "-": () => zoomBy("out"),
    0: () => zoomBy("fit"),
    n: () => tool("add")?.click(),
    c: (node) => tool("connect") && startConnecting(node),
    Delete: (node) => data.can_edit && openToRemove(node),
    Escape: () => (connecting ? stopConnecting() : isOpen() && close()),
  };
}

// Removing asks first: the panel opens at the removal.
async function openToRemove(node) {
  await open(itemOf(node.dataset.key).url, { from: node, keepFocus: true });
  const removal = [...document.querySelectorAll("[data-panel-body] details")].find((each) => each.querySelector("[value=archived]"));
  if (!removal) return;
  removal.open = true;
  removal.querySelector("button").focus();
}

// Moving along the lane: by dragging, or Shift and an arrow.
const inLane = (party) => data.services.filter((service) => service.party === party);

function moving(node, dx, dy) {
  const item = itemOf(node.dataset.key);
  node.classList.add("card-service--dragged");
  const now = { x: item.x + dx, y: item.y + dy };
  node.dragged.now = now;
  place(node, now);
  for (const edge of drawn.lines) if (edge.service === node.dataset.key) edge.path.setAttribute("d", line(now, edge.to));
}

function dropped(node) {
  const item = itemOf(node.dataset.key);
  const { now } = node.dragged;
  node.classList.remove("card-service--dragged");
  const others = inLane(item.party).filter((other) => other.id !== item.id);
  const rows = [...new Set(inLane(item.party).map((other) => other.y))];
  const row = rows.reduce((a, b) => (Math.abs(b - now.y) < Math.abs(a - now.y) ? b : a));
  const before = others.filter((other) => other.y < row || (other.y === row && other.x < now.x)).length;
  moveTo(item, before + 1);
}

function moveBy(node, step) {
  if (!data.can_edit || !node.dataset.key.startsWith("service")) return;
  const item = itemOf(node.dataset.key);
  const nth = item.nth + step;
  if (nth >= 1 && nth <= inLane(item.party).length) moveTo(item, nth);
}

async function moveTo(item, nth) {
  if (nth !== item.nth || item.place) {
    const op = { id: crypto.randomUUID(), subject: `service:${item.id}`, property: "place", base_version: data.seq, value: nth };
    const { status, answer } = await sendOp(`${address}ops/`, op);
    const state = document.getElementById("save-state");
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    state.textContent = status === 200 ? fill(words.saved, { time }) : (answer.detail ?? words.offline);
    state.dataset.kind = status === 200 ? "saved" : "refused";
    if (status === 200) say(fill(words.moved, { name: item.name, place: nth }));
    await refresh();
  } else {
    render();
  }
}

// Connecting: choose services in the drawing, then make the interface.
const bar = canvas.querySelector("[data-connect-bar]");
document.querySelector('[data-tool="connect"]')?.addEventListener("click", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (connecting) stopConnecting();
  else startConnecting();
});

function startConnecting(node) {
  connecting = new Set(node?.dataset.key.startsWith("service") ? [node.dataset.key] : []);
  bar.hidden = false;
  canvas.toggleAttribute("data-connecting", true);
  showChosen();
  say(words.connectHelp);
  (node ?? drawn.nodes.values().next().value)?.focus({ preventScroll: true });
}

function stopConnecting() {
  connecting = null;
  bar.hidden = true;
  canvas.toggleAttribute("data-connecting", false);
  bar.querySelector("[data-connect-error]").textContent = "";
  showChosen();
}

function choose(node) {
  const { key } = node.dataset;
  if (!key.startsWith("service")) return;
  if (!connecting.delete(key)) connecting.add(key);
  showChosen();
}

function showChosen() {
  for (const [key, node] of drawn.nodes) {
    if (connecting && key.startsWith("service")) node.setAttribute("aria-pressed", String(connecting.has(key)));
    else node.removeAttribute("aria-pressed");
  }
  if (!connecting) return;
  bar.querySelector("[data-connect-count]").textContent = fill(words.chosen, { count: connecting.size });
}

bar?.querySelector("[data-connect-make]").addEventListener("click", async () => {
  const services = [...connecting].map((key) => Number(key.split(":")[1]));
  const op = { id: crypto.randomUUID(), subject: `map:${data.id}`, property: "add_interface", base_version: data.seq, value: { services } };
  const { status, answer } = await sendOp(`${address}ops/`, op);
  if (status !== 200) {
    bar.querySelector("[data-connect-error]").textContent = answer.detail ?? words.offline;
    return;
  }
  stopConnecting();
  await refresh();
  const made = drawn.nodes.get(answer.value.subject);
  await open(itemOf(answer.value.subject).url, { from: made });
});
bar?.querySelector("[data-connect-cancel]").addEventListener("click", () => {
  stopConnecting();
  document.querySelector('[data-tool="connect"]').focus();
});

document.addEventListener("map:saved", ({ detail: { form } }) => {
  if (form.dataset.after === "redraw") refresh().then(zoomed.fit);
});

new ResizeObserver(zoomed.refit).observe(canvas);
performance.mark("drawing-begins");
render();
performance.measure("drawing", "drawing-begins"); // benchmarks/map.py reads it
zoomed.fit();
