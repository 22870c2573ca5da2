// The first look at a map: drawn from the page's own data and fitted to its place, before any script that works with it.

import { zoomable } from "./gestures.js";
import { draw, measure } from "./view.js";

export const canvas = document.querySelector("[data-canvas]");
export const world = canvas.querySelector("[data-world]");
export const given = JSON.parse(document.getElementById("drawing-data").textContent);
export const zoomed = zoomable(canvas, world, (scale) => canvas.style.setProperty("--scale", scale));
export const firstLook = () => ({ wide: true, atLeast: canvas.clientWidth < 480 ? 0.55 : 0.43 }); // words can be read before the picture is whole

performance.mark("drawing-begins");
measure(world, given);
zoomed.fit(firstLook());
export const drawn = draw(world, given, { nodes: new Map(), lines: [] });
performance.measure("drawing", "drawing-begins"); // benchmarks/map.py reads it

// A hand that is quicker than the scripts loses nothing: its click is kept, and done when they are there.
let early = null;
const keep = (event) => (early = event.target.closest("[data-key]"));
world.addEventListener("click", keep);

export function handOver() {
  world.removeEventListener("click", keep);
  early?.click();
}
