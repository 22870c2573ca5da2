// When a text of one's own ends or begins the following of the county's base map, what stands beside it is asked again.

const TEXTS = new Set(["shared_fi", "shared_sv", "not_applicable_reason"]);

document.addEventListener("map:saved", async ({ detail: { answer } }) => {
  const shown = document.querySelector("[data-beside-base]");
  const follows = shown?.dataset.besideBase === "follows";
  if (!shown || !TEXTS.has(answer.property) || answer.follows_base === undefined) return;
  if (follows && answer.follows_base) return;
  const panel = shown.closest("[data-panel]");
  const url = panel ? panel.querySelector("[data-panel-open]").href : location.href;
  const response = await fetch(url, { headers: { "X-Panel": "1" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const part = new DOMParser().parseFromString(await response.text(), "text/html");
  const now = part.querySelector("[data-beside-base]");
  if (now && shown.isConnected) shown.replaceWith(now);
});
