/* The queue shows what waits now: who comes back to the page, by the browser's own way or from another tab, sees it anew. */
import "./print.js";

let asked = false;
const again = async () => {
  const old = document.querySelector("[data-again]");
  if (!old || asked || document.hidden) return;
  asked = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-again]");
    if (!fresh || fresh.outerHTML === old.outerHTML) return;
    const held = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(document.adoptNode(fresh));
    if (held) ([...fresh.querySelectorAll("a")].find((link) => link.getAttribute("href") === held) ?? fresh.querySelector("a"))?.focus();
  } catch {
    // without a connection the page stays as it is
  } finally {
    asked = false;
  }
};
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
document.addEventListener("visibilitychange", () => (document.hidden ? left() : back()));
addEventListener("pageshow", (event) => {
  if (event.persisted) again();
});
