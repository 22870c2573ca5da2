// Edits save by themselves: every form with data-edit becomes one op, sent when its field is left or typing rests.
// Without this script the same forms are posted with their own buttons.

import { about } from "./about.js";
import { both } from "./differences.js";
import { asShown, give, givenOf, isChosen, isComposing, isPartial, isSame, isWritten, write } from "./fields.js";
import { hold, post, sendOp } from "./ops.js";
import { waiting } from "./queue.js";
import { hasLeft, isLeaving } from "../session.js";
import { clock, fill, say, tell, words } from "./words.js";

const REST = 1200; // milliseconds of rest in typing before a text is sent
// form → { sending, again, timer, sent, beside, wished }: `sent` is what the field said when the server last had it, `beside` what
// the server has in its place when another's words are in it that the field does not show yet: { value, version };
// `refused` is what the server took not for want of a connection, but for what it says.
const forms = new WeakMap();

document.documentElement.classList.add("edits-by-itself");

const stateOf = (form) => {
  if (!forms.has(form)) forms.set(form, { sending: null, again: false, timer: 0, sent: givenOf(fieldOf(form)), beside: null });
  return forms.get(form);
};

export const fieldOf = (form) =>
  form.querySelector("textarea[name=value]:not([hidden]), input[name=value]:not([type=hidden], [data-many]), select[name=value]");

const textOf = (form) => ("atOnce" in form.dataset ? new FormData(form).getAll("value").join() : fieldOf(form)?.value);

// Whether a form for something new has been begun: it must not be emptied by what others do.
export const isBegun = (form) =>
  form.dataset.kind === "object" &&
  [...form.elements].some((field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : /text|search|url|select/.test(field.type) && field.value !== givenOf(field)));

// Whether what stands in the form is not what the server has: it must not be replaced.
export const isUnsaved = (form) => {
  const state = forms.get(form);
  return Boolean(state?.sending) || (Boolean(fieldOf(form)) && textOf(form) !== (state?.sent ?? givenOf(fieldOf(form))));
};

// The server has `value` where the field said `said`. A field that is being written in is left alone until it is free:
// then, or at once, what was typed since and what others wrote stand in it together.
export function settle(form, kept, version, said = stateOf(form).sent) {
  const field = fieldOf(form), state = stateOf(form), value = asShown(field, kept);
  state.beside = null;
  if (!field || isSame(field, said, value)) {
    form.elements.base_version.value = version;
    if (field) give(field, (state.sent = said));
    return;
  }
  if (isWritten(field)) {
    state.sent = said;
    state.beside = { value, version };
    show(form, words.besideYours, "others");
    return;
  }
  const now = field.value === said ? value : isPartial(field) ? null : both(said, field.value, value);
  if (now === null) return; // it stands on the old version still, so the server asks the person
  form.elements.base_version.value = version;
  state.sent = value;
  write(field, now);
  give(field, value);
}

document.addEventListener("field:free", ({ target }) => {
  const form = target.closest("form[data-edit]");
  if (!form || target !== fieldOf(form)) return;
  const state = stateOf(form);
  if (state.beside && !state.sending) settle(form, state.beside.value, state.beside.version);
  if (isPartial(target) && !("byButton" in form.dataset)) save(form);
});

const valueOf = (form) => {
  const data = new FormData(form);
  switch (form.dataset.kind) {
    case "list": return data.getAll("value");
    case "boolean": return data.get("value") === "true";
    case "number": return data.get("value") === "" ? null : Number(data.get("value"));
    case "object": {
      const hidden = new Set(["csrfmiddlewaretoken", "made_for", "op_id", "subject", "property", "base_version", "next"]);
      const many = new Set([...form.querySelectorAll("[data-many]")].map((field) => field.name));
      const names = [...new Set(data.keys())].filter((name) => !hidden.has(name));
      return Object.fromEntries(names.map((name) => [name, many.has(name) ? data.getAll(name) : data.get(name)]));
    }
    default: return data.get("value");
  }
};

// What the form wishes. Words of others that the field does not show yet are kept in what is sent.
// An id stands for one wish: what has been typed on since it was last used gets another.
const opOf = (form) => {
  const state = stateOf(form), { sent, beside } = state, typed = valueOf(form);
  const whole = beside && !isPartial(fieldOf(form)) ? both(sent, typed, beside.value) : null;
  const wish = JSON.stringify(whole ?? typed);
  if (state.wished?.id === form.elements.op_id.value && state.wished.wish !== wish) form.elements.op_id.value = crypto.randomUUID();
  const id = form.elements.op_id.value;
  state.wished = { id, wish };
  return {
    id,
    subject: form.elements.subject.value,
    property: form.elements.property.value,
    base_version: Number(typeof whole === "string" ? beside.version : form.elements.base_version.value),
    value: whole ?? typed,
  };
};

// What a person would call the form's change: its place on the page and its label or button.
const nameOf = (form) => {
  const title = (form.closest("[data-panel-body], main") ?? document).querySelector("h1, h2")?.textContent ?? "";
  const own = form.querySelector("label:not(.visually-hidden), button[type=submit]")?.textContent ?? "";
  return [title, own].map((text) => text.trim()).filter(Boolean).join(": ");
};

const show = (form, sentence, kind = "") => {
  const place = form.querySelector("[data-edit-state]");
  if (place) {
    place.textContent = sentence;
    place.dataset.kind = kind;
  }
  tell(sentence, kind);
};

// What is wrong, at the field that it is about when the server names one of the form's, else first in the form.
const mark = (form, sentence, errors = []) => {
  for (const old of form.querySelectorAll("[data-edit-error]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const named = errors.map(({ field, message }) => [field !== "value" && form.querySelector(`[name="${CSS.escape(field)}"]:not([type=hidden])`), message]).filter(([field]) => field);
  const first = fieldOf(form) ?? form.querySelector("input:not([type=hidden]), select");
  for (const [field, text] of named.length ? named : sentence ? [[first, sentence]] : []) {
    const error = Object.assign(document.createElement("p"), { className: "edit__error", id: `error-${crypto.randomUUID()}`, textContent: text });
    error.dataset.editError = "";
    error.setAttribute("role", "alert");
    if (named.length) field.closest("label.choice, input, select").before(error);
    else form.prepend(error);
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", error.id);
  }
};

const asText = (value) => (typeof value === "string" ? value : value === null ? "" : JSON.stringify(value));

// What people call a value that is chosen in the form; a text is called what it is.
const inWords = (form, value) => {
  const field = fieldOf(form), ticks = [...form.querySelectorAll("[data-many]")];
  if (ticks.length && Array.isArray(value)) return ticks.filter((tick) => value.map(String).includes(tick.value)).map((tick) => tick.parentElement.textContent.trim()).join(", ");
  if (field?.tagName !== "SELECT") return asShown(field, asText(value));
  return [...field.options].find((option) => option.value === asText(value))?.text ?? asText(value);
};

// Two versions of one thing: the box stands in the form until the person has chosen. `choices` is [selector, value].
function offer(form, kind, { lead, by, theirs, yours, version }) {
  form.querySelector(".conflict")?.remove();
  const box = document.getElementById(`${kind}-template`).content.firstElementChild.cloneNode(true);
  const field = fieldOf(form);
  box.querySelector("[data-lead]").textContent = lead;
  box.querySelector("[data-by]").textContent = by;
  box.querySelector("[data-theirs]").textContent = inWords(form, theirs) || words.empty;
  box.querySelector("[data-yours]").textContent = inWords(form, yours) || words.empty;
  const choose = (selector, act) =>
    box.querySelector(selector)?.addEventListener("click", () => {
      box.remove();
      form.elements.op_id.value = crypto.randomUUID();
      if (version) {
        form.elements.base_version.value = version;
        stateOf(form).beside = null;
      }
      act();
      field?.focus();
    });
  const put = (value) => {
    if (field) write(field, asShown(field, asText(value)));
    save(form, { even: true });
  };
  choose("[data-keep-mine]", () => (kind === "conflict" ? save(form, { even: true }) : put(yours)));
  choose("[data-keep-theirs]", () => {
    if (kind === "merged") put(theirs);
    else {
      stateOf(form).sent = textOf(form);
      settle(form, asText(theirs), version);
      for (const tick of form.querySelectorAll("[data-many]")) tick.checked = theirs.map(String).includes(tick.value);
      stateOf(form).sent = textOf(form);
      show(form, "");
    }
  });
  choose("[data-keep-both]", () => {});
  form.append(box);
  return box;
}

// Save the form if it has changed (`even` sends it all the same). One request at a time for each form.
export async function save(form, { even = false } = {}) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (hasLeft()) return null;
  if (state.sending) {
    state.again = true;
    return state.sending;
  }
  const field = fieldOf(form);
  if (field && isComposing(field)) return null; // it is sent when the word is whole
  if (field && !field.validity.valid) {
    show(form, words.notSaved, "refused");
    mark(form, field.validity.customError ? field.validationMessage : words.notWhole);
    return null;
  }
  if (!even && textOf(form) === state.sent) {
    if (form.querySelector("[data-edit-error]")) show(form, "");
    mark(form, "");
    return null;
  }
  const typed = textOf(form);
  state.sending = exchange(form, state);
  await state.sending;
  state.sending = null;
  if (state.beside && !isWritten(field)) settle(form, state.beside.value, state.beside.version);
  const again = state.again && textOf(form) !== typed;
  state.again = false;
  return again ? save(form) : null;
}

async function exchange(form, state) {
  const typed = textOf(form), filled = snapshot(form);
  show(form, words.saving, "busy");
  mark(form, "");
  const { status, answer, waits } = await sendOp(about.ops, opOf(form), nameOf(form), { decides: "needsSaved" in form.dataset });
  if (status === 200) return accepted(form, state, { typed, filled }, answer);
  if (status === 409 && "version" in answer) {
    show(form, words.notSaved, "refused");
    const box = offer(form, "conflict", { ...answer, lead: answer.detail });
    if (fieldOf(form) && isWritten(fieldOf(form))) say(answer.detail); // the next key is still the text's
    else box.querySelector("[data-keep-mine]").focus();
    return null;
  }
  if (waits) {
    state.sent = typed;
    if (form.dataset.kind === "object") clear(form, filled);
    form.elements.op_id.value = crypto.randomUUID();
    form.dataset.waits = "";
    show(form, status === 401 ? words.waitsForYou : words.waits, "waits");
    return null;
  }
  show(form, words.notSaved, "refused");
  if (status === 0) {
    mark(form, words.offline);
    addEventListener("online", () => save(form), { once: true });
    return null;
  }
  form.elements.op_id.value = crypto.randomUUID();
  const signedOut = status === 401 || (status === 403 && /^CSRF/.test(answer.detail ?? ""));
  if (!signedOut) state.refused = typed; // as the person has been told: it is not sent again when the page is left
  mark(form, signedOut ? words.signedOut : status === 404 ? words.gone : answer.detail ?? words.failed, answer.errors);
  return null;
}

// What a form for something new held when it was sent; what is typed into it meanwhile belongs to the next.
const snapshot = (form) => new Map([...form.elements].map((field) => [field, field.type === "checkbox" ? field.checked : field.value]));
const clear = (form, filled) => {
  for (const field of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (field.type === "checkbox") field.checked = filled.get(field) === field.checked ? field.defaultChecked : field.checked;
    else if (filled.get(field) === field.value) write(field, givenOf(field));
  }
};

function accepted(form, state, { typed, filled }, answer) {
  form.elements.op_id.value = crypto.randomUUID();
  if (form.dataset.kind === "object") clear(form, filled);
  state.sent = typed;
  if (fieldOf(form) && typeof answer.value === "string") settle(form, answer.value, answer.version, typed);
  else form.elements.base_version.value = answer.version;
  show(form, fill(words.saved, { time: clock() }), "saved");
  if (answer.merged) {
    offer(form, "merged", { ...answer.merged, lead: words.merged, version: answer.version });
    say(words.merged);
  }
  document.dispatchEvent(new CustomEvent("document:saved", { detail: { form, answer } }));
  return null;
}

const formOf = ({ subject, property }) =>
  [...document.querySelectorAll("form[data-edit]")].find((each) => each.elements.subject.value === subject && each.elements.property.value === property);

// What waited on this device has gone: the form that it came from, here or on another page, stands on it.
document.addEventListener("ops:sent", ({ detail: { op, answer } }) => {
  const form = formOf(op);
  if (form) {
    delete form.dataset.waits;
    if (fieldOf(form) && typeof answer.value === "string") settle(form, answer.value, answer.version);
    else form.elements.base_version.value = answer.version;
    show(form, fill(words.saved, { time: clock() }), "saved");
    if (answer.merged) offer(form, "merged", { ...answer.merged, lead: words.merged, version: answer.version });
  }
  tell(fill(words.saved, { time: clock() }), "saved");
  document.dispatchEvent(new CustomEvent("document:saved", { detail: { form: form ?? null, answer } }));
});

// What a person wrote stands in its field while it waits, whichever page has been opened since.
function showWaiting() {
  for (const { url, op } of waiting()) {
    const form = formOf(op), field = form && fieldOf(form);
    if (!field || url !== about.ops || typeof op.value !== "string" || isUnsaved(form)) continue;
    stateOf(form).sent = op.value;
    write(field, op.value);
    form.dataset.waits = "";
    show(form, words.waits, "waits");
  }
}
document.addEventListener("panel:opened", showWaiting);

// What was put aside no longer waits: the form may show what the server has.
document.addEventListener("ops:waiting", () => {
  const held = waiting().map(({ op }) => `${op.subject} ${op.property}`);
  for (const form of document.querySelectorAll("form[data-waits]"))
    if (!held.includes(`${form.elements.subject.value} ${form.elements.property.value}`)) delete form.dataset.waits;
});

// Whatever hangs on a text (a confirmation) waits until texts that are being typed have been saved.
async function saveAllTexts(except) {
  const others = [...document.querySelectorAll("form[data-edit]")].filter((form) => form !== except && fieldOf(form));
  await Promise.all(others.map((form) => save(form)));
}

// A text is sent when typing rests; what is only half a value until it is whole, when its field is left.
function rest({ target }) {
  const form = target.closest?.("form[data-edit]");
  if (!form || target !== fieldOf(form) || isPartial(target)) return;
  if ("byButton" in form.dataset) return; // such a text changes much at once: only when the person says so
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), REST);
}
document.addEventListener("input", rest);
document.addEventListener("compositionend", rest);

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-edit]");
  if (!form || "byButton" in form.dataset || !(target === fieldOf(form) || "atOnce" in form.dataset)) return;
  if (!isPartial(target) || isChosen(target)) save(form);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-edit]")) return;
  event.preventDefault();
  if ("needsSaved" in form.dataset) await saveAllTexts(form);
  save(form, { even: true });
});

// Where a thing that was just made has its page: the form says where one numbered 0 would have it.
export const pathOf = (form, made) => form.dataset.made.replace(/0\/$/, `${made.split(":")[1]}/`);

// What is typed and not saved is kept on this device when the page goes away under it.
function holdAll(put) {
  for (const form of document.querySelectorAll("form[data-edit]")) {
    const field = fieldOf(form);
    if (!field || !isUnsaved(form) || "byButton" in form.dataset || !field.validity.valid || stateOf(form).refused === textOf(form)) continue;
    put(about.ops, opOf(form), nameOf(form));
  }
}
document.addEventListener("session:another", () => holdAll(hold));
const holdAndSend = (url, op, about) => {
  hold(url, op, about);
  post(url, op); // an id is taken once, so the next page may send it again
};
addEventListener("pagehide", () => holdAll(holdAndSend), { once: true });

addEventListener("beforeunload", (event) => {
  const isLost = (form) => isUnsaved(form) && !stateOf(form).sending;
  if (!isLeaving() && [...document.querySelectorAll("form[data-edit]")].some(isLost)) event.preventDefault();
});

showWaiting();
// A hand may be quicker than the scripts.
for (const form of document.querySelectorAll("form[data-edit]")) if (fieldOf(form) && isUnsaved(form)) rest({ target: fieldOf(form) });
