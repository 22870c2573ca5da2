// Edits save by themselves: every form with data-edit becomes one op, sent when its field is left or typing rests.
// Without this script the same forms are posted with their own buttons.

import { sendOp, waiting } from "./ops.js";
import { clock, fill, say, tell, words } from "./words.js";

const REST = 1200; // milliseconds of rest in typing before a text is sent
const forms = new WeakMap(); // form → { sending, again, timer, sent }

document.documentElement.classList.add("edits-by-itself");

const stateOf = (form) => {
  if (!forms.has(form)) forms.set(form, { sending: null, again: false, timer: 0, sent: givenOf(fieldOf(form)) });
  return forms.get(form);
};

export const fieldOf = (form) =>
  form.querySelector("textarea[name=value]:not([hidden]), input[name=value]:not([type=hidden], [data-many]), select[name=value]");

const textOf = (form) => ("atOnce" in form.dataset ? new FormData(form).getAll("value").join() : fieldOf(form)?.value);

// What the field had when the page was made.
const givenOf = (field) =>
  field?.tagName === "SELECT" ? [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value : field?.defaultValue;

// Whether a form for something new has been begun: it must not be emptied by what others do.
export const isBegun = (form) =>
  form.dataset.kind === "object" &&
  [...form.elements].some((field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : /text|search|url|select/.test(field.type) && field.value !== givenOf(field)));

// Whether what stands in the form is not what the server has: it must not be replaced.
export const isUnsaved = (form) => {
  const state = forms.get(form);
  return Boolean(fieldOf(form)) && (textOf(form) !== (state?.sent ?? givenOf(fieldOf(form))) || Boolean(state?.sending));
};

// The form as the server now has it; the caret stays where it was.
export function settle(form, value, version) {
  const field = fieldOf(form);
  form.elements.base_version.value = version;
  if (!field) return;
  if (field.value !== value) {
    const { selectionStart: start, selectionEnd: end } = field;
    field.value = value;
    if (document.activeElement === field && field.setSelectionRange && start !== null) field.setSelectionRange(start, end);
  }
  if (field.tagName === "SELECT") for (const option of field.options) option.defaultSelected = option.value === value;
  else field.defaultValue = value;
  stateOf(form).sent = value;
}

const valueOf = (form) => {
  const data = new FormData(form);
  switch (form.dataset.kind) {
    case "list": return data.getAll("value");
    case "boolean": return data.get("value") === "true";
    case "number": return data.get("value") === "" ? null : Number(data.get("value"));
    case "places": return {};
    case "services": return { services: data.getAll("services") };
    case "object": {
      const hidden = new Set(["csrfmiddlewaretoken", "op_id", "subject", "property", "base_version", "next"]);
      const many = new Set([...form.querySelectorAll("[data-many]")].map((field) => field.name));
      const names = [...new Set(data.keys())].filter((name) => !hidden.has(name));
      return Object.fromEntries(names.map((name) => [name, many.has(name) ? data.getAll(name) : data.get(name)]));
    }
    default: return data.get("value");
  }
};

const opOf = (form) => ({
  id: form.elements.op_id.value,
  subject: form.elements.subject.value,
  property: form.elements.property.value,
  base_version: Number(form.elements.base_version.value),
  value: valueOf(form),
});

const opsUrl = (form) => `/api/v1/maps/${form.getAttribute("action").match(/\/(\d+)\//)[1]}/ops/`;

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
  if (field?.tagName !== "SELECT") return asText(value);
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
      if (version) form.elements.base_version.value = version;
      act();
      field?.focus();
    });
  const put = (value) => {
    if (field) field.value = asText(value);
    save(form, { even: true });
  };
  choose("[data-keep-mine]", () => (kind === "conflict" ? save(form, { even: true }) : put(yours)));
  choose("[data-keep-theirs]", () => {
    if (kind === "merged") put(theirs);
    else {
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
  if (state.sending) {
    state.again = true;
    return state.sending;
  }
  if (!even && textOf(form) === state.sent) return null;
  state.sending = exchange(form, state);
  await state.sending;
  state.sending = null;
  if (state.again) {
    state.again = false;
    return save(form);
  }
  return null;
}

async function exchange(form, state) {
  const typed = textOf(form);
  show(form, words.saving, "busy");
  mark(form, "");
  const { status, answer, waits } = await sendOp(opsUrl(form), opOf(form), nameOf(form));
  if (status === 200) return accepted(form, state, typed, answer);
  if (status === 409) {
    show(form, words.notSaved, "refused");
    offer(form, "conflict", { ...answer, lead: answer.detail }).querySelector("[data-keep-mine]").focus();
    return null;
  }
  if (waits) {
    state.sent = typed;
    if (form.dataset.kind === "object") form.reset();
    form.elements.op_id.value = crypto.randomUUID();
    form.dataset.waits = "";
    show(form, words.waits, "waits");
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
  mark(form, signedOut ? words.signedOut : status === 404 ? words.gone : answer.detail ?? words.failed, answer.errors);
  return null;
}

function accepted(form, state, typed, answer) {
  state.sent = typed;
  form.elements.base_version.value = answer.version;
  form.elements.op_id.value = crypto.randomUUID();
  if (form.dataset.kind === "object") form.reset();
  if (fieldOf(form) && textOf(form) === typed && typeof answer.value === "string") settle(form, answer.value, answer.version);
  show(form, fill(words.saved, { time: clock() }), "saved");
  if (answer.merged) {
    offer(form, "merged", { ...answer.merged, lead: words.merged, version: answer.version });
    say(words.merged);
  }
  document.dispatchEvent(new CustomEvent("map:saved", { detail: { form, answer } }));
  return null;
}

// What waited on this device has gone: the form that it came from stands on it.
document.addEventListener("ops:sent", ({ detail: { op, answer } }) => {
  const form = [...document.querySelectorAll("form[data-edit]")].find(
    (each) => each.elements.subject.value === op.subject && each.elements.property.value === op.property,
  );
  if (form) {
    delete form.dataset.waits;
    if (!isUnsaved(form) && typeof answer.value === "string") settle(form, answer.value, answer.version);
    form.elements.base_version.value = answer.version;
    show(form, fill(words.saved, { time: clock() }), "saved");
  }
  tell(fill(words.saved, { time: clock() }), "saved");
  document.dispatchEvent(new CustomEvent("map:saved", { detail: { form: form ?? null, answer } }));
});

// What was put aside no longer waits: the form may show what the server has.
document.addEventListener("ops:waiting", async () => {
  const held = (await waiting()).map(({ op }) => `${op.subject} ${op.property}`);
  for (const form of document.querySelectorAll("form[data-waits]"))
    if (!held.includes(`${form.elements.subject.value} ${form.elements.property.value}`)) delete form.dataset.waits;
});

// Whatever hangs on a text (a consent) waits until texts that are being typed have been saved.
async function saveAllTexts(except) {
  const others = [...document.querySelectorAll("form[data-edit]")].filter((form) => form !== except && fieldOf(form));
  await Promise.all(others.map((form) => save(form)));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-edit]");
  if (!form || event.target !== fieldOf(form)) return;
  const state = stateOf(form);
  if ("byButton" in form.dataset) return; // a base map's text changes many maps: only when the person says so
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), REST);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-edit]");
  if (form && (event.target === fieldOf(form) || "atOnce" in form.dataset) && !("byButton" in form.dataset)) save(form);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-edit]")) return;
  event.preventDefault();
  if ("needsSaved" in form.dataset) await saveAllTexts(form);
  save(form, { even: true });
});

// Where a thing that was just made has its page.
export function pathOf(form, made) {
  const base = form.getAttribute("action").replace(/muuta\/$/, "");
  const [kind, id] = made.split(":");
  return `${base}${kind === "service" ? "palvelut" : "yhdyspinnat"}/${id}/`;
}

addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-edit]")].some(isUnsaved)) event.preventDefault();
});
