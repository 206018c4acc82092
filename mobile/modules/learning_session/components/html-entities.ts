/** Those that people write by hand in lessons; HTML's other 2,000 names stay as they were typed. */
const CHARACTER_BY_NAME: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  deg: '°',
  plusmn: '±',
  times: '×',
  divide: '÷',
  middot: '·',
  bull: '•',
  rarr: '→',
  larr: '←',
  uarr: '↑',
  darr: '↓',
  le: '≤',
  ge: '≥',
  ne: '≠',
  asymp: '≈',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  sup2: '²',
  sup3: '³',
  micro: 'µ',
  copy: '©',
  euro: '€',
  pound: '£',
  shy: '\u00ad',
};

/** Character references of CommonMark 6.2: decimal, hexadecimal, and the named ones above. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]\w{1,30}));/gu, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return CHARACTER_BY_NAME[name] ?? whole;
    return fromCodePoint(typeof decimal === 'string' ? Number.parseInt(decimal, 10) : Number.parseInt(String(hex), 16));
  });
}

/** U+FFFD for what is no character, as CommonMark says. */
function fromCodePoint(point: number): string {
  const isCharacter = point > 0 && point <= 0x10_ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : '\ufffd';
}
