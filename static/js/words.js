// What the editor says, in the page's language, and the places where it says it.

export const words = JSON.parse(document.getElementById("editor-words").textContent);

export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

// To those who hear the page: the live region stays on the page, whatever else is replaced.
export const say = (sentence) => {
  const announcer = document.getElementById("announcer");
  announcer.textContent = "";
  setTimeout(() => (announcer.textContent = sentence), 50); // the same sentence twice is said twice
};

// To those who see it: what became of the latest change, beside the map's tools.
export const tell = (sentence, kind = "") => {
  const place = document.getElementById("save-state");
  if (!place) return;
  place.textContent = sentence;
  place.dataset.kind = kind;
};

export const clock = () =>
  new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
