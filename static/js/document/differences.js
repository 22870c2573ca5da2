// How one text became another, word by word: for carrying a caret, and what is being typed, over what another wrote.

const MOST = 4_000_000; // pairs of words that are compared; longer changes are one change

const pieces = (text) => text.match(/[\p{L}\p{N}\p{M}_]+|\s|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];

// Lengths of the longest common row of words from each pair of places on.
function common(one, other) {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1)
      rows[i][j] = one[i] === other[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
  return rows;
}

// The smallest writing of a change: what its two sides begin and end with stays.
function narrow(from, [start, end, text]) {
  let before = 0, after = 0;
  const most = Math.min(end - start, text.length);
  while (before < most && from[start + before] === text[before]) before += 1;
  while (after < most - before && from[end - 1 - after] === text[text.length - 1 - after]) after += 1;
  return [start + before, end - after, text.slice(before, text.length - after)];
}

// What was replaced: [start, end, text], in order, with places in `from`.
export function changes(from, to) {
  const old = pieces(from), now = pieces(to);
  let first = 0, last = 0;
  while (first < Math.min(old.length, now.length) && old[first] === now[first]) first += 1;
  while (last < Math.min(old.length, now.length) - first && old.at(-1 - last) === now.at(-1 - last)) last += 1;
  const one = old.slice(first, old.length - last), other = now.slice(first, now.length - last);
  const rows = one.length * other.length <= MOST ? common(one, other) : null;
  const found = [];
  let place = old.slice(0, first).join("").length, open = null;
  const change = (gone, come) => {
    open ??= [place, place, ""];
    open[1] += gone.length;
    open[2] += come;
    place += gone.length;
  };
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    if (rows && i < one.length && j < other.length && one[i] === other[j]) {
      if (open) found.push(open);
      open = null;
      place += one[i].length;
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && (!rows || rows[i + 1][j] >= rows[i][j + 1]))) change(one[i++], "");
    else change("", other[j++]);
  }
  if (open) found.push(open);
  return found.map((each) => narrow(from, each));
}

const apply = (text, all) => all.reduceRight((sum, [start, end, come]) => sum.slice(0, start) + come + sum.slice(end), text);

// Both changes of `base` in one text, or null where they touch each other: then a person has to choose.
export function both(base, mine, theirs) {
  const [ours, others] = [changes(base, mine), changes(base, theirs)];
  if (ours.some(([start, end]) => others.some(([from, to]) => start <= to && from <= end))) return null;
  return apply(base, [...ours, ...others].sort(([one], [other]) => one - other));
}
