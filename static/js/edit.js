// Edits save by themselves: every form with data-edit becomes one op, sent when its field is left or typing rests.
// Without this script the same forms are posted with their own buttons.

const words = JSON.parse(document.getElementById("editor-words").textContent);
const REST = 1200; // milliseconds of rest in typing before a text is sent
const forms = new WeakMap(); // form → { sending, again, timer, sent }

document.documentElement.classList.add("edits-by-itself");

export const say = (sentence) => {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = sentence;
};

export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

export { words };

const stateOf = (form) => {
  if (!forms.has(form)) forms.set(form, { sending: null, again: false, timer: 0, sent: fieldOf(form)?.defaultValue });
  return forms.get(form);
};

const fieldOf = (form) => form.querySelector("textarea[name=value]:not([hidden]), input[name=value]:not([type=hidden])");

const textOf = (form) => fieldOf(form)?.value;

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
      return Object.fromEntries([...data].filter(([name]) => !hidden.has(name)));
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

export const mapUrl = (form) => `/api/v1/maps/${form.getAttribute("action").match(/\/(\d+)\//)[1]}/ops/`;

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

// Send one op. Resolves with { status, answer }; status 0 means that there is no connection.
export async function sendOp(url, op) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") ?? "" },
      body: JSON.stringify(op),
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (!isJson) return { status: response.ok ? 401 : response.status, answer: {} }; // another page than ours
    return { status: response.status, answer: await response.json() };
  } catch {
    return { status: 0, answer: {} };
  }
}

const show = (form, sentence, kind = "") => {
  const place = form.querySelector("[data-edit-state]");
  if (place) {
    place.textContent = sentence;
    place.dataset.kind = kind;
  }
  const whole = document.getElementById("save-state");
  if (whole) {
    whole.textContent = sentence;
    whole.dataset.kind = kind;
  }
};

const mark = (form, sentence) => {
  const field = fieldOf(form) ?? form.querySelector("input:not([type=hidden]), select");
  let error = form.querySelector("[data-edit-error]");
  if (!sentence) {
    error?.remove();
    field?.removeAttribute("aria-invalid");
    return;
  }
  if (!error) {
    error = Object.assign(document.createElement("p"), { className: "edit__error", id: `error-${crypto.randomUUID()}` });
    error.dataset.editError = "";
    error.setAttribute("role", "alert");
    form.prepend(error);
  }
  error.textContent = sentence;
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", error.id);
  }
};

const asText = (value) => (typeof value === "string" ? value : value === null ? "" : JSON.stringify(value));

function offerChoice(form, answer) {
  form.querySelector(".conflict")?.remove();
  const box = document.getElementById("conflict-template").content.firstElementChild.cloneNode(true);
  const field = fieldOf(form);
  box.querySelector("[data-lead]").textContent = answer.detail;
  box.querySelector("[data-by]").textContent = answer.by;
  box.querySelector("[data-theirs]").textContent = asText(answer.theirs) || words.empty;
  box.querySelector("[data-yours]").textContent = asText(answer.yours) || words.empty;
  box.querySelector("[data-keep-mine]").addEventListener("click", () => {
    box.remove();
    form.elements.base_version.value = answer.version;
    form.elements.op_id.value = crypto.randomUUID();
    save(form, { even: true });
    field?.focus();
  });
  box.querySelector("[data-keep-theirs]").addEventListener("click", () => {
    box.remove();
    form.elements.base_version.value = answer.version;
    form.elements.op_id.value = crypto.randomUUID();
    if (field) {
      field.value = asText(answer.theirs);
      stateOf(form).sent = field.value;
      field.focus();
    }
    show(form, "");
  });
  form.append(box);
  box.querySelector("[data-keep-mine]").focus();
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
  const { status, answer } = await sendOp(mapUrl(form), opOf(form));
  if (status === 200) {
    state.sent = typed;
    form.elements.base_version.value = answer.version;
    form.elements.op_id.value = crypto.randomUUID();
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    show(form, fill(words.saved, { time }), "saved");
    document.dispatchEvent(new CustomEvent("map:saved", { detail: { form, answer } }));
    return;
  }
  if (status === 409) {
    show(form, words.notSaved, "refused");
    offerChoice(form, answer);
    return;
  }
  show(form, words.notSaved, "refused");
  if (status === 0) {
    mark(form, words.offline);
    addEventListener("online", () => save(form, { even: true }), { once: true });
    return;
  }
  form.elements.op_id.value = crypto.randomUUID();
  const signedOut = status === 401 || (status === 403 && /^CSRF/.test(answer.detail ?? ""));
  mark(form, signedOut ? words.signedOut : status === 404 ? words.gone : answer.detail ?? words.failed);
}

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
  if (form && event.target === fieldOf(form) && !("byButton" in form.dataset)) save(form);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-edit]")) return;
  event.preventDefault();
  if ("needsSaved" in form.dataset) await saveAllTexts(form);
  save(form, { even: true });
});

// On an ordinary page what the change made is shown by loading the page again; a panel has its own way.
document.addEventListener("map:saved", ({ detail: { form, answer } }) => {
  if (form.closest("[data-panel]") || document.querySelector("[data-canvas]")) return;
  const after = form.dataset.after;
  const made = answer.value?.subject;
  if (after === "open" && made) location.assign(pathOf(form, made));
  else if (after) location.reload();
  else showStatus(answer);
});

// Where a thing that was just made has its page.
export function pathOf(form, made) {
  const base = form.getAttribute("action").replace(/muuta\/$/, "");
  const [kind, id] = made.split(":");
  return `${base}${kind === "service" ? "palvelut" : "yhdyspinnat"}/${id}/`;
}

// The status chip of the aspect that is open follows what was saved.
export function showStatus(answer) {
  const chip = document.querySelector("[data-status]");
  if (!chip || !answer.status || chip.classList.contains(`status--${answer.status}`)) return;
  const [glyph, word] = words.statuses[answer.status];
  chip.className = `status status--${answer.status}`;
  chip.querySelector(".status__glyph").textContent = glyph;
  chip.querySelector(".status__word").textContent = word;
}

addEventListener("beforeunload", (event) => {
  const unsaved = [...document.querySelectorAll("form[data-edit]")].some((form) => {
    const state = forms.get(form);
    return state && fieldOf(form) && (state.sending || textOf(form) !== state.sent);
  });
  if (unsaved) event.preventDefault();
});
