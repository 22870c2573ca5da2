// Draws what the server has placed: lanes, lines, services and rings. No positions and no line breaks are decided here.
// services/drawing/picture.py draws the same as a file; a test compares them.

import { fill, words } from "../document/words.js";

const SVG = "http://www.w3.org/2000/svg";
export const OUTER = 56, INNER = 31;
const OUTSIDE = 61, GAP = 0.035;
const WHOLE = "M0 -55A55 55 0 1 1 0 55A55 55 0 1 1 0 -55Z"; // instead of nine sectors that all miss

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

// A line through stops, x and y in turn: an S from each to the next.
const through = (stops) => {
  let path = `M${stops[0]} ${stops[1]}`;
  for (let n = 2; n < stops.length; n += 2) {
    const middle = (stops[n - 1] + stops[n + 1]) / 2;
    path += `C${stops[n - 2]} ${middle} ${stops[n]} ${middle} ${stops[n]} ${stops[n + 1]}`;
  }
  return path;
};

// The line while its service is being moved: straight to its ring, whatever stands between.
export const line = (from, to) => through([from.x, from.y, to.x, to.y]);

export const place = (node, { x, y }) => {
  node.style.left = `${x}px`;
  node.style.top = `${y}px`;
};

// Elements to copy, so that a large map is there at once.
function blankButton(className) {
  const button = element("button", className);
  button.type = "button";
  button.tabIndex = -1; // keyboard.js gives one of them its stop
  return button;
}

const blankCard = blankButton("card-service");
const blankRing = blankButton("ring");

const blankPicture = svg("svg", { class: "ring__picture", viewBox: "-64 -64 128 128", "aria-hidden": "true", focusable: "false" });
for (const [path, x, y] of SECTORS) blankPicture.append(svg("path", { d: path }), svg("text", { x: x.toFixed(1), y: y.toFixed(1) }));

// On a crowded map a button is its text and nothing else: thousands of them are drawn as fast as bare ones. Its name says
// more, and holds the words that are seen.
function showPlain(button, name, text) {
  button.setAttribute("aria-label", name);
  button.textContent = text;
}

// Otherwise what a button shows is hidden from its name, which says all.
function showParts(button, name, ...parts) {
  button.removeAttribute("aria-label");
  button.replaceChildren(element("span", "visually-hidden", name), ...parts);
}

function shown(className, ...content) {
  const part = element("span", className);
  part.setAttribute("aria-hidden", "true");
  part.append(...content);
  return part;
}

function fillCard(card, item, party) {
  const name = `${fill(words.service, { ...item, count: party.count })}, ${item.class}`;
  card.classList.add(`card-service--${party.side}`);
  card.dataset.key = `service:${item.id}`;
  if (!item.facts_lines.length && item.name_lines.join(" ") === item.name) return showPlain(card, name, item.name_lines.join("\n"));
  showParts(card, name, shown("card-service__name", item.name_lines.join("\n")));
  if (item.facts_lines.length) card.append(shown("card-service__facts", item.facts_lines.join("\n")));
}

function fillRing(ring, item, crowded) {
  const [glyph] = words.statuses[item.worst], count = `${item.agreed}/${item.of}`;
  const isEmpty = item.statuses.every((status) => status === "missing") && !item.inherited.some(Boolean);
  ring.className = `ring ring--${item.worst}${crowded ? " ring--hub" : ""}`;
  ring.dataset.key = `interface:${item.id}`;
  if (crowded) return showPlain(ring, item.label, `${glyph}\n${count}`);
  const picture = blankPicture.cloneNode(!isEmpty);
  if (isEmpty) picture.append(svg("path", { d: WHOLE, class: "sector sector--missing sector--all" }));
  else item.statuses.forEach((status, index) => {
    picture.children[2 * index].setAttribute("class", `sector sector--${status}`);
    picture.children[2 * index + 1].setAttribute("class", `sector__glyph sector__glyph--${status}`);
    picture.children[2 * index + 1].textContent = words.statuses[status][0];
  });
  item.inherited.forEach((isInherited, index) => isInherited && picture.append(svg("path", { d: SECTORS[index][3], class: "sector__inherited" })));
  showParts(ring, item.label, picture, shown("ring__count", element("span", "ring__glyph", glyph), count, element("span", "ring__word", words.agreedShort)));
}

function laneOf(party, seam) {
  const lane = element("div", `lane-band lane-band--${party.side}${party.y >= seam ? " lane-band--below" : ""}`);
  const band = { left: party.x, top: party.y, width: party.width, height: party.height };
  for (const [name, value] of Object.entries(band)) lane.style[name] = `${value}px`;
  lane.append(element("p", "lane-band__name", party.name_lines.join("\n")), element("p", "lane-band__side", party.side_name));
  return lane;
}

function customerOf(data) {
  const customer = element("p", "customer", data.customer_lines.join("\n"));
  customer.setAttribute("aria-label", fill(words.customer, { name: data.customer }));
  customer.setAttribute("role", "img");
  place(customer, { x: data.customer_at[0], y: data.customer_at[1] });
  return customer;
}

const contents = new WeakMap(); // what an element shows, so that it is filled again only when that changed

// Draw everything into the world. Returns the elements by key and the lines by the key of each end. With what the last
// drawing returned, elements that are still there stay the same ones: the focus and a drag survive.
export function draw(world, data, previous) {
  const parties = new Map(data.parties.map((party) => [party.id, party]));
  const services = new Map(data.services.map((service) => [service.id, service]));
  const nodes = new Map();
  const node = (kind, item, blank, content, filled) => {
    const key = `${kind}:${item.id}`;
    const made = previous?.nodes.get(key) ?? blank.cloneNode(true);
    const shown = content.join("\n");
    if (contents.get(made) !== shown) {
      filled(made);
      contents.set(made, shown);
    }
    place(made, item);
    nodes.set(key, made);
  };
  for (const item of data.services) {
    const party = parties.get(item.party);
    node("service", item, blankCard, [item.name, item.organiser, item.class, item.name_lines, item.facts_lines, item.nth, party.count], (card) => fillCard(card, item, party));
  }
  for (const item of data.interfaces) node("interface", item, blankRing, [item.label, item.statuses, item.inherited, data.crowded], (ring) => fillRing(ring, item, data.crowded));

  const paths = new Map(previous?.lines.map((each) => [`${each.service} ${each.interface}`, each.path]));
  const lines = [];
  for (const item of data.interfaces) {
    item.services.forEach((id, index) => {
      const ends = { service: `service:${id}`, interface: `interface:${item.id}` };
      const path = paths.get(`${ends.service} ${ends.interface}`) ?? svg("path", { class: "edge" });
      path.setAttribute("d", through(item.lines[index]));
      lines.push({ path, ...ends, from: services.get(id), to: item });
    });
  }
  const edges = world.querySelector(":scope > .edges") ?? svg("svg", { class: "edges", "aria-hidden": "true", focusable: "false" });
  edges.setAttribute("width", data.width);
  edges.setAttribute("height", data.height);
  edges.replaceChildren(...lines.map(({ path }) => path));

  measure(world, data);
  const parts = [...data.parties.map((party) => laneOf(party, data.seam[0])), edges];
  if (data.customer_at && data.services.length) parts.push(customerOf(data));
  arrange(world, [...parts, ...nodes.values()]);
  return { nodes, lines };
}

// How large the picture is; said before the first drawing, so that it can be fitted to its place while it is empty.
export function measure(world, data) {
  const measures = { "--width": `${data.width}px`, "--height": `${data.height}px`, "--across": data.width, "--down": data.height };
  for (const [name, value] of Object.entries(measures)) world.parentElement.style.setProperty(name, value);
  world.toggleAttribute("data-crowded", data.crowded);
}

// Give the world these children in this order, without taking out those that stay where they are.
function arrange(world, wanted) {
  const stay = new Set(wanted);
  for (const old of [...world.children]) if (!stay.has(old)) old.remove();
  if (!world.firstChild) return world.append(...wanted);
  let next = world.firstChild;
  for (const each of wanted) {
    if (each === next) next = next.nextSibling;
    else world.insertBefore(each, next);
  }
}
