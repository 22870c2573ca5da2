// A service or ring under the pointer or with the focus: everything but its lines and what they lead to steps back.

const PAUSE = 80; // milliseconds, so that a pointer on its way makes no flicker

// `lines` gives the lines of the drawing as view.js returns them, `isBusy` whether something else goes on.
export function standOut(world, nodes, lines, isBusy) {
  let over = null, focused = null, shown = null, timer = 0;

  const show = () => {
    const node = isBusy() ? null : (over ?? focused);
    const isSame = node === shown && node?.isConnected;
    shown = node;
    if (isSame) return;
    for (const each of world.querySelectorAll("[data-near]")) each.removeAttribute("data-near");
    world.toggleAttribute("data-stands-out", Boolean(node));
    if (!node) return;
    const { key } = node.dataset;
    const rings = new Set(lines().filter((line) => line.service === key || line.interface === key).map((line) => line.interface));
    node.setAttribute("data-near", "");
    for (const line of lines()) {
      if (!rings.has(line.interface)) continue;
      for (const each of [line.path, nodes().get(line.service), nodes().get(line.interface)]) each.setAttribute("data-near", "");
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  };

  world.addEventListener("pointerover", (event) => {
    over = event.pointerType === "mouse" ? event.target.closest("[data-key]") : null;
    soon();
  });
  world.addEventListener("pointerleave", () => {
    over = null;
    soon();
  });
  world.addEventListener("focusin", ({ target }) => {
    focused = target.matches("[data-key]:focus-visible") ? target : null;
    soon();
  });
  world.addEventListener("focusout", () => {
    focused = null;
    soon();
  });
  return () => {
    shown = null;
    soon();
  };
}
