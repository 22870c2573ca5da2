// The client-data gate of this device: a text that may hold a personal identity code is never kept in the browser.
// It refuses more than the server does (collaboration/identity_codes.py), which decides what is saved.

const CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY";
// With the year in two digits and in four; * stands for a letter of another alphabet.
const CANDIDATES = ["", "(?:18|19|20)"].map((century) => new RegExp(`(?=(\\d{4})${century}(\\d{2})([A-FU-Y*]?)(\\d{3})([0-9A-Y*]))`, "g"));

const digitOf = (character) => {
  let value = 0;
  for (let code = character.codePointAt(0) - 1; /\p{Nd}/u.test(String.fromCodePoint(code)); code -= 1) value += 1;
  return value % 10;
};

const plain = (text) =>
  text
    .normalize("NFKD")
    .toUpperCase()
    .replace(/\p{Nd}/gu, (digit) => (digit.codePointAt(0) < 128 ? digit : digitOf(digit)))
    .replace(/[^\p{L}\d]|\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/\P{ASCII}/gu, "*");

const readings = (text) => {
  const found = [text, new DOMParser().parseFromString(text, "text/html").documentElement.textContent];
  try {
    found.push(decodeURIComponent(text));
  } catch {
    // the text has no such escapes
  }
  return found;
};

const isCode = ([, dayAndMonth, year, , number, control]) => {
  const day = Number(dayAndMonth.slice(0, 2)), month = Number(dayAndMonth.slice(2));
  const right = CONTROL[Number(dayAndMonth + year + number) % 31];
  return day >= 1 && day <= 31 && month >= 1 && month <= 12 && (control === "*" || control === right);
};

export const mayHoldIdentityCode = (text) =>
  readings(text).some((reading) => CANDIDATES.some((candidate) => [...plain(reading).matchAll(candidate)].some(isCode)));
