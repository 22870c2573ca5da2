// The client-data gate of this device: a text that holds a personal identity code is never kept in the browser.
// It is collaboration/identity_codes.py in this language, and finds the same; the server decides what is saved.

const CONTROL_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

// Letters of other alphabets, dashes, pluses and what shows nothing, by the plain character.
const ALIKE = new Map(
  Object.entries({
    A: "АаΑα", B: "ВвΒβ", C: "СсϹϲ", D: "Ԁԁ", E: "ЕеΕε", H: "НнΗ", J: "ЈјͿ", K: "КкΚκ", M: "МмΜ", N: "Ν", P: "РрΡρ",
    S: "Ѕѕ", T: "ТтΤτ", V: "Ѵѵν", W: "Ԝԝ", X: "ХхΧχ", Y: "УуΥγ",
    "-": "\u00af\u02d7\u02dc\u06d4\u2043\u207b\u208b\u2212\u223c\u2500\u2501\u2796\u30fc\u3161\uff70~",
    "+": "\u207a\u208a\u2719\u271a\u2795\ufb29",
    "": "\u115f\u1160\u2800\u3164\uffa0",
  }).flatMap(([plain, alike]) => [...alike].map((character) => [character, plain])),
);

const CENTURIES = { "+": "18", ...Object.fromEntries([..."-YXWVU"].map((sign) => [sign, "19"])), ...Object.fromEntries([..."ABCDEF"].map((sign) => [sign, "20"])) };
const CENTURY = "[-+A-FU-Y]";
const SEPARATOR = "[\\s!-/:-@\\[-`{-~]";
const WITHIN = "\\s{0,3}";
const BETWEEN = `${SEPARATOR}{0,8}`;
const APART = `${SEPARATOR}{1,4}`;
const digits = (count, gap) => Array(count).fill("\\d").join(gap);

const DATES = {
  two: [digits(2, WITHIN), digits(2, WITHIN), `(?:1[89]|20)??${digits(2, WITHIN)}`].join(BETWEEN),
  one: `\\d{1,2}${SEPARATOR}{1,3}\\d{1,2}${SEPARATOR}{1,3}(?:1[89]|20)??\\d\\d`,
  iso: `(?:1[89]|20)\\d\\d${SEPARATOR}?\\d\\d${SEPARATOR}?\\d\\d`,
};
const CONTROL = "([0-9A-Y])";
const END = "(?![^\\W_])";
const ENDING = `(?=([A-Z]{0,24})${END})`;

const CODES = [
  ...Object.entries(DATES).flatMap(([form, date]) => [
    [form, `(${date})${BETWEEN}(${CENTURY})${BETWEEN}(${digits(3, WITHIN)})${BETWEEN}${CONTROL}${END}()`],
    [form, `(${date})${BETWEEN}(${CENTURY})${BETWEEN}(\\d{3})${CONTROL}${ENDING}`],
    [form, `(${date})${SEPARATOR}{0,4}()(\\d{3} ?)([A-Y])${ENDING}`],
    [form, `(${date})(\\D{0,60})(\\d{3} ?)${CONTROL}${ENDING}`],
  ]),
  ["two", `(${digits(6, APART)})${BETWEEN}(${CENTURY})${BETWEEN}(${digits(3, APART)})${BETWEEN}${CONTROL}${END}()`],
];
const CANDIDATES = CODES.map(([form, code]) => [form, new RegExp(`(?<!\\d)(?=${code})`, "gi")]);
const BACKWARDS = Object.entries(DATES).map(([form, date]) => [form, new RegExp(`(?<!\\d)(?=(\\d{3} ?)${CONTROL}${ENDING}\\D{1,60}(${date})(?!\\d))`, "gi")]);

const NAMED =
  "tunnu|hetu|loppu|loput|sotu\\b|yksilonum|viiva|miinus|beteckning|slutde|slutet|sista|streck|minus|personnum|pers\\.? ?nr|\\bssn\\b";
const NAMES = new RegExp(NAMED, "i");
const NAMES_BEFORE = new RegExp(`${NAMED}|synt|fodd`, "i");
const FINNISH = ["tammi", "helmi", "maalis", "huhti", "touko", "kesa", "heina", "elo", "syys", "loka", "marras", "joulu"];
const SWEDISH = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"];
const MONTHS = FINNISH.map((name, at) => new RegExp(`\\b(?:${name}(?:kuu[a-z]{0,4}|k)|${SWEDISH[at]})\\b\\.?`, "gi"));
const DAY_OF_A_RANGE = "\\d{1,2}[\\s.]{1,2}\\d{1,2}[\\s.]{1,2}(?:\\d\\d)?\\d\\d";
const RANGE = new RegExp(`${DAY_OF_A_RANGE}\\s?-\\s?${DAY_OF_A_RANGE}`, "y");
const LINK = /\[([^[\]]{0,200})\]\([^()\s]{0,400}\)/g;
const TAG = /<\/?[a-zA-Z][^<>]{0,200}>/g;
const FEWEST = 7;

const digitOf = (character) => {
  let value = 0;
  for (let code = character.codePointAt(0) - 1; /\p{Nd}/u.test(String.fromCodePoint(code)); code -= 1) value += 1;
  return String(value % 10);
};

const plainOf = (character) => {
  if (/[\p{Cf}\p{Mn}\p{Me}]/u.test(character)) return "";
  if (/[\s\x1c-\x1f\x85]/.test(character)) return " ";
  if (/\p{Cc}/u.test(character)) return "";
  if (/\p{Pd}/u.test(character)) return "-";
  if (/\p{Nd}/u.test(character)) return digitOf(character);
  return /[\p{P}\p{S}]/u.test(character) ? "." : character;
};
const plain = (text) => {
  const known = [...text].map((character) => ALIKE.get(character) ?? character).join("").normalize("NFKD");
  return known.replace(/[^\x20-\x7e]/gu, plainOf).replace(/\s+/g, " ");
};

const withoutEntities = (text) => new DOMParser().parseFromString(`<!doctype html><textarea>${text}`, "text/html").documentElement.textContent;
const withoutEscapes = (text) =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%(..)/g, (_all, byte) => (parseInt(byte, 16) < 128 ? String.fromCharCode(parseInt(byte, 16)) : "."));
    }
  });

function readings(text) {
  const resolved = withoutEntities(text);
  const shown = [text, resolved, withoutEscapes(text), resolved.replace(LINK, "$1").replace(TAG, " ")];
  const soft = shown.flatMap((each) => (each.includes("\u00ad") ? [each.replaceAll("\u00ad", ""), each.replaceAll("\u00ad", "-")] : [each]));
  return [...new Set(soft.map(plain))].map((each) => MONTHS.reduce((now, names, at) => now.replace(names, `${at + 1}.`), each));
}

const dayOf = (form, date) => {
  const parts = date.match(/\d+/g), all = parts.join("");
  if (form === "one") return parts.map((part) => part.padStart(2, "0")).join("");
  return form === "two" ? all : all.slice(6) + all.slice(4, 6) + all.slice(0, 4);
};

const isDay = (day, century) => {
  const [date, month, year] = [day.slice(0, 2), day.slice(2, 4), century + day.slice(-2)].map(Number);
  return date > 0 && month > 0 && month < 13 && date <= new Date(year, month, 0).getDate();
};

const isUpper = (character) => /[A-Z]/.test(character);

function isCode(day, sign, number, control, ending, { isNamed, isWhole = false }) {
  if (number.endsWith(" ") && (!isUpper(control) || ending)) return false;
  const isSure = sign !== "" && (day.length === 6 || CENTURIES[sign] === day.slice(4, 6));
  const isLetter = isUpper(control) || (isWhole && /[a-z]/.test(control) && !ending);
  if (!isSure && !isNamed && !(isLetter && number.trim().length === 3)) return false;
  const own = number.replace(/\D/g, "");
  const right = CONTROL_CHARACTERS[Number(day.slice(0, 4) + day.slice(-2) + own) % 31];
  return Number(own) > 1 && control.toUpperCase() === right && (sign ? [sign] : ["-", "A"]).some((each) => isDay(day, CENTURIES[each]));
}

const isBetween = (gap) => gap.length < 9 && !/\p{L}/u.test(gap);
const isNamedBefore = (reading, at) => NAMES_BEFORE.test(reading.slice(Math.max(0, at - 40), at));

function isHeldBy(reading) {
  if ((reading.match(/\d/g) ?? []).length < FEWEST) return false;
  for (const [form, candidates] of CANDIDATES)
    for (const { 1: date, 2: gap, 3: number, 4: control, 5: ending, index } of reading.matchAll(candidates)) {
      let sign = gap.toUpperCase(), isNamed = isNamedBefore(reading, index);
      if (!(sign in CENTURIES)) {
        isNamed = NAMES.test(gap) || (isNamed && isBetween(gap));
        if (gap && !isNamed) continue;
        sign = "";
      } else {
        RANGE.lastIndex = index;
        if (RANGE.test(reading)) continue;
      }
      if (isCode(dayOf(form, date), sign, number, control, ending, { isNamed, isWhole: /^\d+$/.test(date) })) return true;
    }
  return BACKWARDS.some(([form, candidates]) =>
    [...reading.matchAll(candidates)].some(
      ({ 1: number, 2: control, 3: ending, 4: date, index }) =>
        isNamedBefore(reading, index) && isCode(dayOf(form, date), "", number, control, ending, { isNamed: true }),
    ),
  );
}

export const mayHoldIdentityCode = (text) => readings(text).some(isHeldBy);
