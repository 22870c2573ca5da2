// The drawing of an interface map: it shows the server's geometry, and every change is an op.

import { about } from "../document/about.js";
import { takeBack } from "../document/page.js";
import { sendOp } from "../document/ops.js";
import { clock, fill, say, tell, words } from "../document/words.js";
import { canvas, drawn as firstDrawn, firstLook, given, handOver, world, zoomed } from "./first.js";
import { draggable } from "./gestures.js";
import "./help.js";
import { roving } from "./keyboard.js";
import { standOut } from "./near.js";
import { close, isOpen, open } from "./panel.js";
import { chosenKeys, isChoosing, showChosen, startChoosing, stopChoosing, toggle } from "./selection.js";
import { naming, sectorAt } from "./sectors.js";
import { draw, line, place } from "./view.js";

let data = given;
let drawn = firstDrawn;

const mover = moverOf();
const keys = roving(canvas, () => drawn.nodes, { reveal: zoomed.reveal, commands: commandsOf(), joined, mover });

const itemOf = (key) => {
  const [kind, id] = key.split(":");
  return data[kind === "service" ? "services" : "interfaces"].find((item) => item.id === Number(id));
};

const aspectOf = (key, number) => `${itemOf(key).url}${number ? `${number}/` : ""}`;
naming(canvas, world, itemOf);
const lookAgain = standOut(world, () => drawn.nodes, () => drawn.lines, () => isChoosing() || mover.isMoving());

function render() {
  const focused = document.activeElement?.dataset?.key;
  const current = focused ?? world.querySelector("[tabindex='0']")?.dataset.key;
  drawn = draw(world, data, drawn);
  settle(current, focused);
}

// What is not in the picture itself: the tab stop, the focus, what is open or chosen, the legend's numbers.
function settle(current, focused) {
  const first = drawn.nodes.get(current) ?? drawn.nodes.values().next().value;
  if (first) keys.take(first);
  if (focused) (drawn.nodes.get(focused) ?? first ?? canvas).focus({ preventScroll: true });
  showOpen();
  showChosen(drawn.nodes);
  canvas.querySelector(".canvas__empty")?.toggleAttribute("hidden", data.services.length > 0 || data.hidden !== null);
  showTally();
  lookAgain();
  // Whoever lays the map out again has seen it as it is drawn now.
  for (const form of document.querySelectorAll("form[data-after=redraw]")) form.elements.base_version.value = data.seq;
  document.dispatchEvent(new CustomEvent("map:drawn"));
}

// The numbers of the legend follow the picture.
function showTally() {
  for (const place of document.querySelectorAll("[data-tally]"))
    place.textContent = data.tally[place.dataset.tally] ?? 0;
}

let asked = 0, answered = 0; // an answer that comes after that of a later question is old
export async function refresh() {
  const turn = ++asked;
  try {
    const response = await fetch(canvas.dataset.drawing + location.search);
    if (!response.ok) return;
    const answer = await response.json();
    if (turn < answered) return;
    answered = turn;
    const before = data;
    data = answer;
    data.can_edit &&= about.canEdit; // while a round is open, fields open only for whoever says so
    render();
    if (before.width !== data.width || before.height !== data.height) zoomed.refit(firstLook());
  } catch {
    say(words.offline);
  }
}
document.addEventListener("document:changed", () => mover.isMoving() || refresh());
document.addEventListener("map:filtered", refresh);

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

// What is open is panned into sight beside the panel that lies over the drawing.
document.addEventListener("panel:opened", ({ detail: { url } }) => {
  openUrl = url;
  showOpen();
  const node = world.querySelector("[data-key][data-open]");
  if (node) zoomed.reveal(node);
});
document.addEventListener("panel:closed", () => {
  openUrl = "";
  showOpen();
});
document.addEventListener("panel:focus-lost", () => keys.focus(world.querySelector("[tabindex='0']")));

world.addEventListener("click", (event) => {
  const node = event.target.closest("[data-key]");
  if (!node || mover.isMoving()) return;
  if (isChoosing()) toggle(node, drawn.nodes);
  else if (event.shiftKey && data.can_edit) {
    startChoosing(node, drawn.nodes);
  } else open(aspectOf(node.dataset.key, node.dataset.key.startsWith("interface") && event.detail ? sectorAt(canvas, node, event) : 0), { from: node });
});

// The nodes at the other ends of a node's lines.
function joined(node) {
  const { key } = node.dataset;
  return drawn.lines.filter((edge) => edge.service === key || edge.interface === key).map((edge) => drawn.nodes.get(edge.service === key ? edge.interface : edge.service));
}

// Zoom buttons and keys.
document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoomBy(button.dataset.zoom)));
function zoomBy(how) {
  if (how === "fit") zoomed.fit();
  else zoomed.by(how === "in" ? 1.25 : 0.8);
  say(fill(words.zoom, { percent: Math.round(zoomed.scale() * 100) }));
}

function commandsOf() {
  const tool = (name) => document.querySelector(`[data-tool="${name}"]`);
  const connect = tool("connect")?.href;
  const aspects = Array.from({ length: 9 }, (_unused, n) => [n + 1, (node) => node.dataset.key.startsWith("interface") && open(aspectOf(node.dataset.key, n + 1), { from: node })]);
  return {
    ...Object.fromEntries(aspects),
    "+": () => zoomBy("in"),
    "-": () => zoomBy("out"),
    0: () => zoomBy("fit"),
    n: () => tool("add")?.click(),
    c: (node) => connect && open(node.dataset.key.startsWith("service") ? `${connect}?services=${node.dataset.key.split(":")[1]}` : connect, { from: node }),
    m: (node) => mover.start(node) && say(fill(words.moving, { name: itemOf(node.dataset.key).name })),
    " ": (node) => {
      if (isChoosing()) toggle(node, drawn.nodes);
      else if (data.can_edit) startChoosing(node, drawn.nodes);
    },
    Delete: (node) => data.can_edit && remove([node.dataset.key]),
    Escape: () => (isChoosing() ? stopChoosing(drawn.nodes) : isOpen() && close()),
    "?": () => document.querySelector("[data-help]")?.click(),
  };
}

// The drawing's own ops go one after another, in the order of the hands: what is moved and then removed is so at the server.
let lastOp = Promise.resolve();
const send = (...wish) => (lastOp = lastOp.catch(() => {}).then(() => sendNow(...wish)));

// One op; what became of it is told beside the tools.
async function sendNow(subject, property, value, name) {
  const op = { id: crypto.randomUUID(), subject, property, base_version: data.seq, value };
  const result = await sendOp(about.ops, op, name);
  const isDone = result.status === 200;
  tell(isDone ? fill(words.saved, { time: clock() }) : result.waits ? words.waits : result.answer.detail ?? words.offline, isDone ? "saved" : "refused");
  return isDone ? result.answer : null;
}

// Removing needs no question: it can be undone.
const toast = document.querySelector("[data-toast]");
async function remove(gone) {
  const names = gone.map((key) => itemOf(key).name).join(", ");
  const next = keys.nearest(drawn.nodes.get(gone[0]));
  let removed = 0;
  for (const key of gone) removed += Boolean(await send(key, "archived", true, names));
  if (!removed) return;
  next?.focus({ preventScroll: true });
  if (isOpen()) close();
  const sentence = fill(words.removedNamed, { name: names });
  say(sentence);
  toast.querySelector("[data-toast-text]").textContent = sentence;
  toast.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (toast.hidden = true), 12_000);
  await refresh();
}
toast.querySelector("[data-toast-undo]").addEventListener("click", () => {
  toast.hidden = true;
  takeBack("undo");
  keys.focus(world.querySelector("[tabindex='0']"));
});

document.addEventListener("selection:cancel", () => stopChoosing(drawn.nodes));
document.addEventListener("selection:remove", () => {
  const gone = chosenKeys();
  stopChoosing(drawn.nodes);
  remove(gone);
});

document.addEventListener("selection:connect", async ({ detail: { refuse } }) => {
  const services = chosenKeys().map((key) => Number(key.split(":")[1]));
  const op = { id: crypto.randomUUID(), subject: about.subject, property: "add_interface", base_version: data.seq, value: { services } };
  const { status, answer, waits } = await sendOp(about.ops, op, words.connectHelp);
  if (status !== 200 && !waits) return refuse(answer.detail ?? words.offline);
  stopChoosing(drawn.nodes);
  if (waits) return tell(words.waits, "waits");
  await refresh();
  const made = drawn.nodes.get(answer.value.subject);
  if (made) await open(itemOf(answer.value.subject).url, { from: made });
  return undefined;
});

addEventListener("click", (event) => {
  if (!event.target.closest('[data-tool="connect"]')) return;
  event.preventDefault();
  event.stopPropagation();
  if (isChoosing()) stopChoosing(drawn.nodes);
  else startChoosing(null, drawn.nodes);
}, { capture: true });

// Moving along the lane: by dragging, by Shift and an arrow, or after M with arrows until Enter puts it down.
const inLane = (party) => data.services.filter((service) => service.party === party);

function at(item, now) {
  const node = drawn.nodes.get(`service:${item.id}`);
  place(node, now);
  for (const edge of drawn.lines) if (edge.service === node.dataset.key) edge.path.setAttribute("d", line({ ...item, ...now }, edge.to));
}

function moverOf() {
  let moved = null; // { item, lane, nth }: the services of the lane in order, and where the moved one would stand

  const show = () => {
    const order = moved.lane.filter((item) => item !== moved.item);
    order.splice(moved.nth - 1, 0, moved.item);
    order.forEach((item, index) => at(item, { x: moved.lane[index].x, y: moved.lane[index].y }));
  };

  const finish = () => {
    drawn.nodes.get(`service:${moved.item.id}`).classList.remove("card-service--dragged");
    moved = null;
  };

  return {
    isMoving: () => moved !== null,
    start(node) {
      if (!data.can_edit || data.hidden || !node.dataset.key.startsWith("service")) return false;
      const item = itemOf(node.dataset.key);
      moved = { item, lane: inLane(item.party), nth: item.nth };
      node.classList.add("card-service--dragged");
      return true;
    },
    by(step) {
      moved.nth = Math.min(Math.max(moved.nth + step, 1), moved.lane.length);
      show();
      say(fill(words.place, { place: moved.nth, count: moved.lane.length }));
    },
    // Follow the pointer; the others make room.
    to(dx, dy) {
      const { item, lane } = moved;
      const now = { x: item.x + dx, y: item.y + dy };
      const before = lane.filter((other) => other !== item && (Math.abs(other.y - now.y) < 40 ? other.x < now.x : other.y < now.y));
      moved.nth = before.length + 1;
      show();
      at(item, now);
    },
    cancel() {
      finish();
      render();
    },
    async end() {
      const { item, nth } = moved;
      finish();
      if (nth === item.nth) {
        render();
        return;
      }
      if (await send(`service:${item.id}`, "place", nth, item.name)) say(fill(words.moved, { name: item.name, place: nth }));
      await refresh();
    },
  };
}

if (data.can_edit)
  draggable(world, {
    isFree: () => !isChoosing() && !mover.isMoving() && !data.hidden,
    scale: zoomed.scale,
    hold: zoomed.hold,
    taken: (node) => mover.start(node),
    moving: (_node, dx, dy) => mover.to(dx, dy),
    dropped: (_node, isCancelled) => (isCancelled ? mover.cancel() : mover.end()),
  });

document.addEventListener("document:saved", ({ detail: { form } }) => {
  if (form?.dataset.after === "redraw") refresh().then(() => zoomed.fit());
});

settle();
new ResizeObserver(() => zoomed.refit(firstLook())).observe(canvas);
handOver();
