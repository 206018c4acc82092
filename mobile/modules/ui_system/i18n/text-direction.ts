import type { Direction } from './languages.ts';

// Letters by the direction of their script, as the first strong character of a text gives its direction (Unicode UAX 9, rule P2).
// Ranges and not \p{Script=…}, which not every Hermes knows.
const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC]|\uD802|\uD803|\uD83A|\uD83B/;
const STRONG_LETTER =
  /[A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02B8\u0370-\u08FF\u0900-\u1FFF\u200E\u200F\u2C00-\uFDFF\uFE70-\uFEFC]|[\uD800-\uDBFF]/;

/** The direction in which a text is read; null when nothing in it says so (digits, signs). */
export function textDirection(text: string): Direction | null {
  const strong = STRONG_LETTER.exec(text)?.[0];
  if (strong === undefined) return null;
  return RIGHT_TO_LEFT_LETTER.test(strong) ? 'rtl' : 'ltr';
}

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** A unit's or person's own words inside a sentence of the app: where the two run apart, neither disturbs the other's order. */
export function isolate(words: string, around: Direction): string {
  const own = textDirection(words);
  return own === null || own === around ? words : `${FIRST_STRONG_ISOLATE}${words}${POP_ISOLATE}`;
}
