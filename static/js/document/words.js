// What the editor says, in the page's language, and the places where it says it. A page may have more words of its own.

export const words = Object.assign({}, ...[...document.querySelectorAll("script[id$='-words']")].map((each) => JSON.parse(each.textContent)));

export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

// To those who hear the page: the live region stays on the page, whatever else is replaced.
export const say = (sentence) => {
  const announcer = document.getElementById("announcer");
  announcer.textContent = "";
  setTimeout(() => (announcer.textContent = sentence), 50); // the same sentence twice is said twice
};

// To those who see it: what became of the latest change, beside the document's tools.
export const tell = (sentence, kind = "") => {
  const place = document.getElementById("save-state");
  if (!place) return;
  place.textContent = sentence;
  place.dataset.kind = kind;
};

export const clock = () =>
  new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Europe/Helsinki" });
