// The drawing is one tab stop: arrows move the focus to the nearest element in their direction, Alt and an arrow along
// an interface. Single-letter keys work only while the drawing has the focus.

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const centre = (node) => ({
  x: parseFloat(node.style.left),
  y: parseFloat(node.style.top),
});

// The nearest node in the direction. `aside` says how much worse it is to stand beside the line than along it;
// `near` lets through also what stands only a little in that direction.
function nearest(nodes, from, [dx, dy], { aside = 2.2, least = 4 } = {}) {
  const here = centre(from);
  let best = null, lowest = Infinity;
  for (const node of nodes) {
    if (node === from) continue;
    const there = centre(node);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const off = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (along <= least) continue;
    const cost = along + aside * off;
    if (cost < lowest) [best, lowest] = [node, cost];
  }
  return best;
}

// `commands` gives a function for each single key, `joined` the nodes at the other ends of a node's lines, and `mover`
// what arrows do while a service is being moved.
export function roving(canvas, nodes, { reveal, commands, joined, mover }) {
  const all = () => [...nodes().values()];

  const take = (node) => {
    for (const each of nodes().values()) if ((each.tabIndex === 0) !== (each === node)) each.tabIndex = each === node ? 0 : -1;
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

  const arrow = (event, direction) => {
    const node = event.target;
    if (mover.isMoving()) {
      if (direction[0]) mover.by(direction[0]);
    } else if (event.altKey) {
      const ends = joined(node);
      focus(nearest(ends, node, direction, { aside: 0.2, least: 0 }));
    } else if (event.shiftKey) {
      if (direction[0] && mover.start(node)) {
        mover.by(direction[0]);
        mover.end();
      }
    } else focus(nearest(all(), node, direction));
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || !event.target.dataset.key) return;
    const direction = DIRECTIONS[event.key];
    const command = commands[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (direction) {
      event.preventDefault();
      arrow(event, direction);
    } else if (mover.isMoving() && ["Enter", "Escape", "m", "M"].includes(event.key)) {
      event.preventDefault();
      if (event.key === "Escape") mover.cancel();
      else mover.end();
    } else if (event.altKey) {
      // the browser's own
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const row = all()
        .filter((node) => Math.abs(centre(node).y - centre(event.target).y) < 4)
        .sort((one, other) => centre(one).x - centre(other).x);
      focus(event.key === "Home" ? row[0] : row[row.length - 1]);
    } else if (command) {
      event.preventDefault();
      command(event.target);
    }
  });

  return { focus, take, nearest: (node) => nearest(all(), node, [1, 0]) ?? nearest(all(), node, [-1, 0]) ?? all().find((each) => each !== node) };
}
