// The list of exports is asked for anew while a file is being made; whoever listens hears when all are there.

import { replace } from "./document/refresh.js";

const EVERY = 1500; // milliseconds

async function look() {
  const list = document.getElementById("exports");
  if (!list || !("waiting" in list.dataset)) return;
  try {
    const response = await fetch(location.href);
    if (response.redirected) return location.reload();
    if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("exports");
      replace(list, fresh.innerHTML);
      if (!("waiting" in fresh.dataset)) {
        delete list.dataset.waiting;
        document.getElementById("announcer").textContent = fresh.querySelector("h2").textContent + ": " + fresh.querySelector("h3").textContent;
        return;
      }
    }
  } catch {
    // without a connection it is asked again
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
