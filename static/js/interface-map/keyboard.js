// The drawing is one tab stop: arrows move the focus to the nearest element in their direction.

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const centre = (node) => ({
  x: parseFloat(node.style.getPropertyValue("--x")),
  y: parseFloat(node.style.getPropertyValue("--y")),
});

function nearest(nodes, from, [dx, dy]) {
  const here = centre(from);
  let best = null, least = Infinity;
  for (const node of nodes) {
    if (node === from) continue;
    const there = centre(node);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (along <= 4) continue;
    const cost = along + 2.2 * aside;
    if (cost < least) [best, least] = [node, cost];
  }
  return best;
}

// `commands` gives a function for each single key; they work only while the drawing has the focus.
export function roving(canvas, nodes, { reveal, commands, shift }) {
  const all = () => [...nodes().values()];

  const take = (node) => {
    for (const each of all()) each.tabIndex = each === node ? 0 : -1;
  };

  const focus = (node) => {
    if (!node) return;
    take(node);
    node.focus({ preventScroll: true });
    reveal(node);
  };

  canvas.addEventListener("focusin", (event) => {
    if (event.target.dataset.key) take(event.target);
  });

  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.dataset.key) return;
    const direction = DIRECTIONS[event.key];
    if (direction && event.shiftKey) {
      if (!direction[0]) return;
      event.preventDefault();
      shift(event.target, direction[0]);
    } else if (direction) {
      event.preventDefault();
      focus(nearest(all(), event.target, direction));
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const row = all().filter((node) => Math.abs(centre(node).y - centre(event.target).y) < 4).sort((a, b) => centre(a).x - centre(b).x);
      focus(event.key === "Home" ? row[0] : row[row.length - 1]);
    } else if (commands[event.key]) {
      event.preventDefault();
      commands[event.key](event.target);
    }
  });

  return { focus, take };
}
