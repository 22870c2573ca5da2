// For whom the page was made, and whether it still is: what it sends says so, and a page that comes back reads anew.

const { person, madeFor, keptPosts } = document.body.dataset;
const MARK = "yhdyspinta-another";
const keeping = new Set(); // what is on its way to the server or into this device
let leaves = false;

export const forWhom = madeFor ? { "X-Made-For": madeFor } : {};

// Whoever has something on its way lets the page wait for it before it is loaded anew.
export function keep(promise) {
  keeping.add(promise);
  promise.finally(() => keeping.delete(promise)).catch(() => {});
  return promise;
}

const kept = async () => {
  while (keeping.size) await Promise.allSettled([...keeping]);
};

// The server says that another person is signed in: what was typed is kept for its author, and the page is loaded anew.
export async function hearOfAnother({ isIdle = false } = {}) {
  if (leaves) return;
  document.dispatchEvent(new CustomEvent("session:another"));
  for (const form of document.querySelectorAll("form[method=post]:not([data-edit])")) if (isFilled(form)) keep(send(form));
  if (isIdle) return tell(); // nothing moves under a hand: whatever is pressed next is refused, and then it is loaded
  leaves = true;
  await new Promise((done) => setTimeout(done));
  await kept();
  sessionStorage.setItem(MARK, person);
  location.reload();
}

export const isLeaving = () => leaves;

const isFilled = (form) =>
  [...form.querySelectorAll("textarea, input:is([type=text], [type=url], [type=email], :not([type]))")].some((field) => field.value.trim() && field.value !== field.defaultValue);

// An ordinary form cannot be kept here: the server keeps it in this browser's session, for its author alone.
const send = (form) => {
  const data = new FormData(form);
  data.set("send_to", new URL(form.action).pathname);
  return fetch(keptPosts, { method: "POST", body: data }).catch(() => {});
};

function tell() {
  const made = document.querySelector("[data-another]")?.content.firstElementChild.cloneNode(true);
  if (made && !document.querySelector(".another")) document.getElementById("content").prepend(made);
}

if (person && sessionStorage.getItem(MARK) && sessionStorage.getItem(MARK) !== person) tell();
if (person) sessionStorage.removeItem(MARK);

// A page that has been left is over: nothing is read out of it any more, since WebKit empties the forms of one that it keeps in
// its memory. One that comes back may be another's by now, or of before: it is not seen until it has been asked for again.
// Without a connection the browser says so, and shows nothing.
let isOver = false;
export const hasLeft = () => isOver;
addEventListener("pagehide", () => {
  isOver = true;
  document.documentElement.style.visibility = "hidden";
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaves = true;
  location.reload();
});
