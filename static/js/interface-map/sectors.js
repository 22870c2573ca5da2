// A ring's sectors: each is an aspect, named while the pointer is over it and opened by a click. In the ring's middle, and
// where sectors are too small to tell apart, the ring is one thing.

import { words } from "../document/words.js";
import { INNER, OUTER } from "./view.js";

export const farness = (canvas) => Number(canvas.dataset.far?.at(-1) ?? 0);

// The number of the aspect whose sector is under the pointer, or 0.
export function sectorAt(canvas, ring, { clientX, clientY }) {
  if (farness(canvas) > 1 || ring.querySelectorAll(".sector").length !== 9) return 0;
  const box = ring.getBoundingClientRect(), scale = box.width / 128;
  const x = (clientX - box.left - box.width / 2) / scale, y = (clientY - box.top - box.height / 2) / scale;
  const away = Math.hypot(x, y);
  if (away < INNER || away > OUTER + 6) return 0;
  const angle = (Math.atan2(x, -y) + 2 * Math.PI) % (2 * Math.PI);
  return Math.floor((angle * 9) / (2 * Math.PI)) + 1;
}

// What is under the pointer is named beside it, in letters that never get smaller.
export function naming(canvas, world, itemOf) {
  const tip = canvas.querySelector("[data-tip]");
  let marked = null;

  const sentence = (node, number) => {
    const item = itemOf(node.dataset.key);
    if (!number) return farness(canvas) > 2 ? item.name : "";
    const [glyph, status] = words.statuses[item.statuses[number - 1]];
    return `${number}. ${words.aspects[number - 1]}: ${glyph} ${status.toLowerCase()}`;
  };

  const show = (event) => {
    const node = event.pointerType === "mouse" ? event.target.closest("[data-key]") : null;
    const number = node?.dataset.key.startsWith("interface") ? sectorAt(canvas, node, event) : 0;
    const sector = number ? node.querySelectorAll(".sector")[number - 1] : null;
    if (sector !== marked) {
      marked?.classList.remove("sector--at");
      sector?.classList.add("sector--at");
      marked = sector;
    }
    const text = node ? sentence(node, number) : "";
    tip.hidden = !text;
    if (!text) return;
    if (tip.textContent !== text) tip.textContent = text;
    const frame = canvas.getBoundingClientRect();
    const x = event.clientX - frame.left + 14, y = event.clientY - frame.top + 18;
    tip.style.left = `${Math.max(8, Math.min(x, frame.width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${y + tip.offsetHeight > frame.height ? y - tip.offsetHeight - 28 : y}px`;
  };
  world.addEventListener("pointermove", show);
  world.addEventListener("pointerleave", show);
  canvas.addEventListener("pointerdown", () => (tip.hidden = true));
}
