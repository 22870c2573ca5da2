// Choosing several services of the drawing: to connect them, or to remove them together.

import { fill, say, words } from "../document/words.js";

const canvas = document.querySelector("[data-canvas]");
const bar = document.querySelector("[data-connect-bar]");
let chosen = null; // a Set of keys while services are being chosen

export const isChoosing = () => chosen !== null;
export const chosenKeys = () => [...chosen];

export function startChoosing(node, nodes) {
  chosen = new Set(node?.dataset.key.startsWith("service") ? [node.dataset.key] : []);
  bar.hidden = false;
  canvas.toggleAttribute("data-connecting", true);
  showChosen(nodes);
  say(`${words.connectHelp} ${fill(words.chosen, { count: chosen.size })}`);
  if (!nodes.has(document.activeElement?.dataset.key)) (node ?? nodes.values().next().value)?.focus({ preventScroll: true });
}

export function stopChoosing(nodes) {
  chosen = null;
  bar.hidden = true;
  canvas.toggleAttribute("data-connecting", false);
  bar.querySelector("[data-connect-error]").textContent = "";
  showChosen(nodes);
}

export function toggle(node, nodes) {
  const { key } = node.dataset;
  if (!key.startsWith("service")) return;
  if (!chosen.delete(key)) chosen.add(key);
  showChosen(nodes);
  say(fill(words.chosen, { count: chosen.size }));
}

const nameOf = (node) => (node.querySelector(".card-service__name") ?? node).textContent.replace(/-\n/g, "").replace(/\n/g, " ");

export function showChosen(nodes) {
  for (const key of [...(chosen ?? [])]) if (!nodes.has(key)) chosen.delete(key);
  for (const [key, node] of nodes) {
    if (chosen && key.startsWith("service")) node.setAttribute("aria-pressed", String(chosen.has(key)));
    else node.removeAttribute("aria-pressed");
  }
  if (!chosen) return;
  const names = [...chosen].map((key) => nameOf(nodes.get(key)));
  bar.querySelector("[data-connect-count]").textContent = names.length ? fill(words.chosenNames, { count: names.length }) : "";
  bar.querySelector("[data-connect-names]").textContent = names.join(", ");
  bar.querySelector("[data-connect-help]").hidden = names.length > 0;
}

const ask = (name) =>
  document.dispatchEvent(
    new CustomEvent(`selection:${name}`, {
      detail: { refuse: (sentence) => (bar.querySelector("[data-connect-error]").textContent = sentence) },
    }),
  );

bar?.querySelector("[data-connect-make]").addEventListener("click", () => ask("connect"));
bar?.querySelector("[data-connect-remove]").addEventListener("click", () => chosen.size && ask("remove"));
bar?.querySelector("[data-connect-cancel]").addEventListener("click", () => {
  const [first] = chosen;
  canvas.querySelector(`[data-key="${first}"]`)?.focus();
  document.dispatchEvent(new CustomEvent("selection:cancel"));
});
