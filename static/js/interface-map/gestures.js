// Zoom and pan by d3's well-tried gestures; a service is dragged by the mouse, or by a finger that has rested on it.

import { select, zoom, zoomIdentity, zoomTransform } from "../../vendor/d3-gestures.js";

// Below each of these scales something would be told in letters of less than 11 pixels, and is told otherwise or left out;
// interface-map.css says what. From the second on rings are hubs.
const FAR = [0.92, 0.786, 0.5, 0.424, 0.367, 0.197];
const FOOT = 56; // pixels at the bottom for the buttons that lie there
const REST = 400; // milliseconds that a finger rests on a service before it moves with it
const SLIP = 8; // pixels that a pointer may slip before it is a movement

export function zoomable(canvas, world, whenZoomed) {
  const area = select(canvas);
  let chosen = false; // whether a person has zoomed or panned since the picture was last fitted
  let held = null; // where the picture was when a finger took a service: it does not move under it
  const gesture = zoom()
    .scaleExtent([0.08, 2])
    .filter((event) => {
      if (event.type === "wheel") return event.ctrlKey || event.metaKey;
      if (event.type.startsWith("touch")) return !event.target.closest("a, input, [data-panel]");
      return !event.button && !event.target.closest("button, a, input");
    })
    .on("zoom", ({ transform, sourceEvent }) => {
      if (held) return;
      if (sourceEvent) chosen = true;
      world.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
      const far = FAR.flatMap((scale, n) => (transform.k < scale ? [n + 1] : [])).join(" ");
      if (far !== canvas.dataset.far) canvas.dataset.far = far;
      whenZoomed(transform.k);
    });
  area.call(gesture).on("dblclick.zoom", null);
  // A pinch on a trackpad is the picture's, also at its largest and smallest; WebKit tells it by events of its own.
  canvas.addEventListener("wheel", (event) => (event.ctrlKey || event.metaKey) && event.preventDefault(), { passive: false });
  let pinched = 1;
  for (const name of ["gesturestart", "gesturechange", "gestureend"])
    canvas.addEventListener(name, (event) => {
      event.preventDefault();
      const frame = canvas.getBoundingClientRect();
      if (name === "gesturestart") pinched = zoomTransform(canvas).k;
      else area.call(gesture.scaleTo, pinched * event.scale, [event.clientX - frame.left, event.clientY - frame.top]);
      chosen = true;
    });

  // The whole picture, or its whole width; `atLeast` is a scale at which words can be read on a narrow screen.
  const fit = ({ atLeast = 0, wide = false } = {}) => {
    const widest = Math.min(1.15, (canvas.clientWidth - 24) / world.offsetWidth);
    canvas.style.setProperty("--wanted", `${Math.ceil(world.offsetHeight * widest) + 24 + FOOT}px`);
    const width = world.offsetWidth, height = world.offsetHeight, air = 12, high = canvas.clientHeight - FOOT;
    const across = (canvas.clientWidth - 2 * air) / width, down = (high - 2 * air) / height;
    const scale = Math.max(atLeast, Math.min(1.15, across, wide ? Math.max(1, down) : down));
    const x = (canvas.clientWidth - width * scale) / 2, y = Math.max(air, (high - height * scale) / 2);
    area.call(gesture.transform, zoomIdentity.translate(x, y).scale(scale));
    chosen = false;
  };

  // Bring an element into sight, beside the panel and above what lies at the bottom.
  const reveal = (node) => {
    const box = node.getBoundingClientRect(), frame = canvas.getBoundingClientRect().toJSON();
    const panel = canvas.parentElement.querySelector("[data-panel]").getBoundingClientRect();
    const foot = canvas.parentElement.querySelector("[data-canvas-foot]").firstElementChild.getBoundingClientRect();
    if (panel.width && panel.left > frame.left) frame.right = panel.left;
    frame.bottom = Math.max(frame.top + 2 * box.height, Math.min(frame.bottom, foot.top, innerHeight));
    const over = (low, high, least, most) => (low < least ? least - low : high > most ? most - high : 0);
    const dx = over(box.left, box.right, frame.left + 16, frame.right - 16);
    const dy = over(box.top, box.bottom, frame.top + 16, frame.bottom - 16);
    if (!dx && !dy) return;
    const { x, y, k } = zoomTransform(canvas);
    area.call(gesture.transform, zoomIdentity.translate(x + dx, y + dy).scale(k));
  };

  const by = (factor) => {
    area.call(gesture.scaleBy, factor);
    chosen = true;
  };

  const hold = (isHeld) => {
    if (isHeld) held = zoomTransform(canvas);
    else if (held) [canvas.__zoom, held] = [held, null];
  };

  return { fit, refit: (how) => chosen || fit(how), reveal, by, hold, scale: () => zoomTransform(canvas).k };
}

// Let services be dragged along their lane; `moving` follows the pointer, `dropped` decides the place.
export function draggable(world, { isFree, scale, hold, taken, moving, dropped }) {
  let drag = null; // { node, pointer, x, y, active, timer }

  const begin = () => {
    drag.active = true;
    drag.node.setPointerCapture?.(drag.pointer);
    hold(true);
    taken(drag.node);
  };

  world.addEventListener("pointerdown", (event) => {
    const node = event.target.closest("[data-key^=service]");
    if (!node || event.button || !isFree()) return;
    drag = { node, pointer: event.pointerId, x: event.clientX, y: event.clientY, active: false, timer: 0 };
    if (event.pointerType === "touch") drag.timer = setTimeout(begin, REST);
  });

  addEventListener("pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    const slipped = Math.hypot(dx, dy) > SLIP;
    if (!drag.active && slipped && event.pointerType === "touch") {
      clearTimeout(drag.timer); // a pan, not a move
      drag = null;
    } else if (drag.active || slipped) {
      if (!drag.active) begin();
      moving(drag.node, dx / scale(), dy / scale());
    }
  });

  const end = (event) => {
    if (drag?.pointer !== event.pointerId) return;
    const { node, active, timer } = drag;
    clearTimeout(timer);
    drag = null;
    if (!active) return;
    hold(false);
    // the click that ends a drag opens nothing
    const swallow = (click) => click.stopPropagation();
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true), 50);
    dropped(node, event.type === "pointercancel");
  };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  world.addEventListener("contextmenu", (event) => drag && event.preventDefault()); // a long press is ours
}
