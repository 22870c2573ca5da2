// What the header tells of the person: how much waits for them, and from which seats they can choose. Asked once in a while
// and when something happens, by itself, so that no page has to count it.

const FRESH = 30_000, REST = 1_000;
const person = document.body.dataset.person, place = document.querySelector("[data-queue-count]");
const KEPT = `yhdyspinta-header-${person}`;

export function tell({ waits = 0, seats = [] }) {
  place.hidden = !waits;
  place.querySelector("[data-count]").textContent = waits > 99 ? "99+" : waits;
  place.querySelector("[data-said]").textContent = `(${place.dataset.queueCount.replace("{count}", waits)})`;
  const form = document.querySelector("[data-seats]");
  form.hidden = seats.length < 2;
  if (form.hidden || form.contains(document.activeElement)) return;
  const buttons = seats.map(({ key, place: name, level, is_here: isHere }) => {
    const button = Object.assign(document.createElement("button"), { type: "submit", textContent: [name, level].filter(Boolean).join(", ") });
    button.formAction = form.action.replace("/0/", `/${key}/`);
    if (isHere) button.setAttribute("aria-current", "true");
    return button;
  });
  form.querySelector("[data-choices]").replaceChildren(...buttons);
}

async function ask() {
  try {
    const answer = await fetch(place.dataset.from, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const told = await answer.json();
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), told }));
    tell(told);
  } catch {
    // without a connection the header stays as it is
  }
}

let timer = 0;
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(ask, REST);
};

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
const isDesk = Boolean(document.querySelector("[data-again]"));
if (kept) tell(kept.told);
if (isDesk || !kept || Date.now() - kept.at > FRESH) ask();
for (const name of ["live:changes", "live:news", "document:saved", "again:changed"]) document.addEventListener(name, soon);
// What one does oneself may change it, and whoever signs out leaves nothing behind.
document.addEventListener("submit", ({ target }) => {
  const told = sessionStorage.getItem(KEPT);
  if (target.matches("[data-sign-out]")) sessionStorage.removeItem(KEPT);
  else if (told && target.method === "post") sessionStorage.setItem(KEPT, JSON.stringify({ ...JSON.parse(told), at: 0 }));
});
