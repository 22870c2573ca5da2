// Draws what the server has placed: lanes, lines, services and rings. No positions are decided here.

import { fill, words } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const OUTER = 56, INNER = 31, OUTSIDE = 61, GAP = 0.035;

const svg = (name, attributes = {}) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const at = (radius, angle) => `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;

// The nine sectors, clockwise from the top: [path, x and y of the glyph, line outside of an inherited one].
const SECTORS = Array.from({ length: 9 }, (_unused, index) => {
  const from = (index * 2 * Math.PI) / 9 + GAP, to = ((index + 1) * 2 * Math.PI) / 9 - GAP, middle = (from + to) / 2;
  const path = `M${at(INNER, from)}L${at(OUTER, from)}A${OUTER} ${OUTER} 0 0 1 ${at(OUTER, to)}L${at(INNER, to)}A${INNER} ${INNER} 0 0 0 ${at(INNER, from)}Z`;
  const outside = `M${at(OUTSIDE, from)}A${OUTSIDE} ${OUTSIDE} 0 0 1 ${at(OUTSIDE, to)}`;
  return [path, (INNER + OUTER) / 2 * Math.sin(middle), -(INNER + OUTER) / 2 * Math.cos(middle), outside];
});

// A line from a service to a ring; straight when they stand side by side.
export const line = (from, to) => {
  if (Math.abs(from.y - to.y) < 8) return `M${from.x} ${from.y}L${to.x} ${to.y}`;
  const middle = (from.y + to.y) / 2;
  return `M${from.x} ${from.y}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
};

const place = (node, { x, y }) => {
  node.style.setProperty("--x", `${x}px`);
  node.style.setProperty("--y", `${y}px`);
};

export { place };

const worst = (statuses) => ["missing", "in_progress", "agreed", "not_applicable"].find((each) => statuses.includes(each));

function ringOf(item) {
  const button = element("button", `ring ring--${worst(item.statuses)}`);
  button.type = "button";
  button.dataset.key = `interface:${item.id}`;
  const picture = svg("svg", { class: "ring__picture", viewBox: "-64 -64 128 128", "aria-hidden": "true", focusable: "false" });
  item.statuses.forEach((status, index) => {
    const [path, x, y, outside] = SECTORS[index];
    picture.append(svg("path", { d: path, class: `sector sector--${status}` }));
    if (item.inherited[index]) picture.append(svg("path", { d: outside, class: "sector__inherited" }));
    const glyph = svg("text", { x: x.toFixed(1), y: y.toFixed(1), class: `sector__glyph sector__glyph--${status}` });
    glyph.textContent = words.statuses[status][0];
    picture.append(glyph);
  });
  const count = element("span", "ring__count", `${item.agreed}/${item.of}`);
  count.append(element("span", "ring__word", words.agreedShort));
  count.setAttribute("aria-hidden", "true");
  button.append(element("span", "visually-hidden", item.label), picture, count);
  place(button, item);
  return button;
}

function cardOf(item, party) {
  const card = element("button", `card-service card-service--${party.side}`);
  card.type = "button";
  card.dataset.key = `service:${item.id}`;
  const [before, after] = fill(words.service, { ...item, count: party.count, name: "\n" }).split("\n");
  card.append(
    element("span", "visually-hidden", before),
    element("span", "card-service__name", item.name),
    element("span", "visually-hidden", `${after}, `),
    element("span", "card-service__facts", item.class),
  );
  place(card, item);
  return card;
}

// Draw everything into the world. Returns the elements by key and the lines by the key of each end.
export function draw(world, data) {
  const parties = new Map(data.parties.map((party) => [party.id, party]));
  const services = new Map(data.services.map((service) => [service.id, service]));
  world.style.setProperty("--width", `${data.width}px`);
  world.style.setProperty("--height", `${data.height}px`);
  const lanes = data.parties.map((party) => {
    const lane = element("div", `lane-band lane-band--${party.side}${party.y >= data.seam[0] ? " lane-band--below" : ""}`);
    lane.style.setProperty("--y", `${party.y}px`);
    lane.style.setProperty("--band", `${party.height}px`);
    lane.append(element("p", "lane-band__name", party.name), element("p", "lane-band__side", party.side_name));
    return lane;
  });
  const edges = svg("svg", { class: "edges", width: data.width, height: data.height, "aria-hidden": "true", focusable: "false" });
  const lines = [];
  for (const item of data.interfaces) {
    for (const id of item.services) {
      const path = svg("path", { d: line(services.get(id), item), class: "edge" });
      lines.push({ path, service: `service:${id}`, interface: `interface:${item.id}`, from: services.get(id), to: item });
      edges.append(path);
    }
  }
  const nodes = new Map();
  for (const item of data.services) nodes.set(`service:${item.id}`, cardOf(item, parties.get(item.party)));
  for (const item of data.interfaces) nodes.set(`interface:${item.id}`, ringOf(item));
  const parts = [...lanes, edges];
  if (data.customer_at && data.services.length) {
    const customer = element("p", "customer", data.customer);
    customer.setAttribute("aria-label", fill(words.customer, { name: data.customer }));
    customer.setAttribute("role", "img");
    place(customer, { x: data.customer_at[0], y: data.customer_at[1] });
    parts.push(customer);
  }
  world.replaceChildren(...parts, ...nodes.values());
  return { nodes, lines };
}
