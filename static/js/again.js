/* A part of the page that is asked for again: when one comes back to it, and when the stream tells that something happened.
   `[data-again]` is the part, its `data-live` the address of the stream. What somebody is typing in it is never taken away. */

const isBeingWritten = (part) =>
  [...part.querySelectorAll("input, textarea, select")].some((field) => {
    if (field === document.activeElement && field.matches("textarea, input:not([type=radio], [type=checkbox])")) return true;
    if (field instanceof HTMLSelectElement) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.type !== "hidden" && field.value !== field.defaultValue;
  });

// A menu that somebody has opened is no difference, and stays open.
const nameOf = (details) => details.querySelector("summary")?.textContent;
const shut = (part) => {
  const bare = part.cloneNode(true);
  for (const each of bare.querySelectorAll("details")) each.removeAttribute("open");
  return bare;
};

// What stands outside its forms and parts, as far as the server says it: a difference there is news.
const said = (part) => {
  const bare = shut(part);
  for (const each of bare.querySelectorAll("form, [data-moved-on], [data-again-part], [data-print]")) each.remove();
  return bare.outerHTML;
};

// While somebody writes in it, those parts change in which nobody writes. Whether something else has changed, too.
const partly = (old, fresh) => {
  let left = said(old) !== said(fresh);
  for (const part of old.querySelectorAll("[data-again-part]")) {
    const now = fresh.querySelector(`[data-again-part="${part.dataset.againPart}"]`);
    if (!now || isBeingWritten(part)) left = true;
    else part.replaceWith(document.adoptNode(now));
  }
  return left;
};

let asked = false, more = false;
const again = async () => {
  const old = document.querySelector("[data-again]");
  more = asked; // what has happened since it was asked may not be in the answer
  if (!old || asked || document.hidden) return;
  asked = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-again]");
    if (!fresh || fresh.outerHTML === shut(old).outerHTML) return;
    if (isBeingWritten(old)) {
      if (partly(old, fresh)) document.querySelector("[data-moved-on]")?.removeAttribute("hidden");
      return;
    }
    const held = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const opened = [...old.querySelectorAll("details[open]")].map(nameOf);
    old.replaceWith(document.adoptNode(fresh));
    for (const each of fresh.querySelectorAll("details")) if (opened.includes(nameOf(each))) each.open = true;
    document.dispatchEvent(new Event("again:changed"));
    if (held) ([...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === held) ?? fresh.querySelector("a"))?.focus();
  } catch {
    // without a connection the page stays as it is
  } finally {
    asked = false;
    if (more) again();
  }
};

// While one looks at it: what happens in the documents of the queue. A stream of its own, for they may be many.
const SETTLED = 500;
let stream = null, timer = 0;
const listen = () => {
  const from = document.querySelector("[data-again]")?.dataset.live;
  if (!from || document.hidden || stream) return;
  stream = new EventSource(from);
  for (const name of ["changes", "news", "reset", "gone"])
    stream.addEventListener(name, () => {
      clearTimeout(timer);
      timer = setTimeout(again, SETTLED);
    });
};
const close = () => {
  stream?.close();
  stream = null;
};
listen();
addEventListener("pagehide", close);

let away = false;
const left = () => {
  away = true;
};
const back = () => {
  if (!away || document.hidden) return;
  away = false;
  again();
};
addEventListener("blur", left);
addEventListener("focus", back);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else listen();
  (document.hidden ? left : back)();
});
addEventListener("pageshow", (event) => {
  listen();
  if (event.persisted) again();
});
