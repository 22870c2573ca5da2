// Every page of a map: what a page of a document does, ratings, and who is at which part of the drawing or the matrix.

import { showPeople } from "../document/page.js";
import "../rate.js";
import "./filter.js";

document.addEventListener("document:people", ({ detail: { others, named } }) => {
  const taken = new Map(others.map((person) => [person.at.replace(/-\d$/, ""), person]));
  for (const node of document.querySelectorAll("[data-key]")) {
    const person = taken.get(node.dataset.key);
    if (person) node.dataset.present = named(person).slice(0, 1);
    else delete node.dataset.present;
  }
  const cells = new Set(others.map((person) => person.at.replace("interface:", "")));
  for (const cell of document.querySelectorAll("[data-cell]")) cell.toggleAttribute("data-present", cells.has(cell.dataset.cell));
});
document.addEventListener("map:drawn", showPeople);
