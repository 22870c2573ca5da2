// Zoom, pan and drag, by d3's well-tried gestures.

import { drag, select, zoom, zoomIdentity, zoomTransform } from "../../vendor/d3-gestures.js";

const FAR = 0.5; // below this scale a ring's sectors are too small to tell apart, and it becomes a hub

export function zoomable(canvas, world, whenZoomed) {
  const area = select(canvas);
  let chosen = false; // whether a person has zoomed or panned since the picture was last fitted
  const gesture = zoom()
    .scaleExtent([0.08, 2])
    .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button && !event.target.closest("button, a, input")))
    .on("zoom", ({ transform, sourceEvent }) => {
      if (sourceEvent) chosen = true;
      world.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
      canvas.toggleAttribute("data-far", transform.k < FAR && !world.hasAttribute("data-crowded")); // hubs are there already
      whenZoomed(transform.k);
    });
  area.call(gesture).on("dblclick.zoom", null);

  const fit = () => {
    const widest = Math.min(1.15, (canvas.clientWidth - 24) / world.offsetWidth);
    canvas.style.setProperty("--wanted", `${Math.ceil(world.offsetHeight * widest) + 24}px`);
    const width = world.offsetWidth, height = world.offsetHeight, air = 12;
    const scale = Math.min(1.15, (canvas.clientWidth - 2 * air) / width, (canvas.clientHeight - 2 * air) / height);
    const x = (canvas.clientWidth - width * scale) / 2, y = Math.max(air, (canvas.clientHeight - height * scale) / 2);
    area.call(gesture.transform, zoomIdentity.translate(x, y).scale(scale));
    chosen = false;
  };

  // Bring an element into sight when the focus moves to it by keyboard.
  const reveal = (node) => {
    const box = node.getBoundingClientRect(), frame = canvas.getBoundingClientRect();
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

  return { fit, refit: () => chosen || fit(), reveal, by, scale: () => zoomTransform(canvas).k };
}

// Let a service be dragged along its lane; `moving` follows the pointer, `dropped` decides the place.
export function draggable(nodes, scale, { moving, dropped }) {
  const gesture = drag()
    .clickDistance(5)
    .container(() => document.documentElement)
    .on("start", function start(event) {
      this.dragged = { x: event.x, y: event.y, far: false };
    })
    .on("drag", function follow(event) {
      const dx = (event.x - this.dragged.x) / scale(), dy = (event.y - this.dragged.y) / scale();
      this.dragged.far ||= Math.hypot(event.x - this.dragged.x, event.y - this.dragged.y) > 5;
      if (this.dragged.far) moving(this, dx, dy);
    })
    .on("end", function end() {
      if (this.dragged.far) dropped(this);
    });
  select(document.documentElement).selectAll(() => nodes).call(gesture);
}
