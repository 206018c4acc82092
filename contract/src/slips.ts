/**
 * Whether `given` is `meant` but for slips of the hand: a letter left out, added, mistaken, or two neighbours in the wrong order. One in
 * a word of five letters or more, two in one of nine or more, at most two in all. Both are plain already (`normalizeAnswer`).
 *
 * What looks like a slip but is another word must not pass: the first letter is right (afferent, efferent), and two slips stand apart,
 * for side by side they are another part of a word (hypothermia, hyperthermia). Only alphabets whose words a letter seldom changes: in
 * Arabic, Hebrew, Chinese, Japanese, Korean or an Indian script every sign counts.
 */
export function isSlipOf(meant: string, given: string): boolean {
  if (Math.abs(meant.length - given.length) > MOST_SLIPS) return false;
  const meantWords = meant.split(' ');
  const givenWords = given.split(' ');
  if (meantWords.length !== givenWords.length) return false;
  let slips = 0;
  for (const [index, word] of meantWords.entries()) {
    const found = countSlips(word, givenWords[index] ?? '');
    if (found === null) return false;
    slips += found;
    if (slips > MOST_SLIPS) return false;
  }
  return slips > 0;
}

const MOST_SLIPS = 2;
const ONE_SLIP_LETTERS = 5;
const TWO_SLIPS_LETTERS = 9;
/** Letters between the first and the last slip, both counted. */
const APART = 4;

/** Latin, Greek and Cyrillic. Ranges and not \p{Script=…}, which not every Hermes knows. */
const SPELLED = /^[a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f'’-]+$/u;

/** How many slips make `given` of `meant`; null when there are more than the word may have. */
function countSlips(meant: string, given: string): number | null {
  if (meant === given) return 0;
  if (meant.length < ONE_SLIP_LETTERS || meant.charAt(0) !== given.charAt(0)) return null;
  if (!SPELLED.test(meant) || !SPELLED.test(given)) return null;
  const [meantRest, givenRest] = withoutSharedEnds(meant, given);
  if (isWithin(meantRest, givenRest, 1)) return 1;
  const isApart = Math.max(meantRest.length, givenRest.length) >= APART;
  return meant.length >= TWO_SLIPS_LETTERS && isApart && isWithin(meantRest, givenRest, 2) ? 2 : null;
}

function isWithin(meant: string, given: string, slips: number): boolean {
  const [a, b] = withoutSharedEnds(meant, given);
  if (a === b) return true;
  if (slips === 0 || Math.abs(a.length - b.length) > slips) return false;
  const [a0, b0] = [a.charAt(0), b.charAt(0)];
  const isSwap = a.length > 1 && a0 === b.charAt(1) && b0 === a.charAt(1);
  return (
    isWithin(a.slice(1), b, slips - 1) ||
    isWithin(a, b.slice(1), slips - 1) ||
    isWithin(a.slice(1), b.slice(1), slips - 1) ||
    (isSwap && isWithin(a.slice(2), b.slice(2), slips - 1))
  );
}

function withoutSharedEnds(a: string, b: string): [string, string] {
  const shortest = Math.min(a.length, b.length);
  let start = 0;
  while (start < shortest && a.charAt(start) === b.charAt(start)) start += 1;
  let end = 0;
  while (end < shortest - start && a.charAt(a.length - 1 - end) === b.charAt(b.length - 1 - end)) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
