import type { TokenizerAndRendererExtension } from 'marked';

/** TeX between dollars. `isDisplay`: between double ones, on lines of its own. */
export interface FormulaToken {
  type: 'formula';
  raw: string;
  tex: string;
  isDisplay: boolean;
}

/**
 * Which dollars are mathematics and which are money: as Pandoc has it, the first is followed by no space, the last follows no space and
 * no digit comes after it. So "$5 and $6" costs something, and `$5 + $6` does too; `\$` is always a dollar.
 */
export const FORMULAS: TokenizerAndRendererExtension[] = [
  // Without a `start`, which would have all that is left of a text searched at each of its paragraphs.
  { name: 'formula', level: 'block', tokenizer: readBlock },
  { name: 'formula', level: 'inline', start: placeOfDollar, tokenizer: readInline },
];

function placeOfDollar(text: string): number | undefined {
  const index = text.indexOf('$');
  return index === -1 ? undefined : index;
}

function readBlock(text: string): FormulaToken | undefined {
  const [raw, tex] = /^ {0,3}\$\$([^$]+)\$\$[ \t]*(?:\n|$)/u.exec(text) ?? [];
  return raw === undefined || tex === undefined || tex.trim() === '' ? undefined : toToken(raw, tex, true);
}

function readInline(text: string): FormulaToken | undefined {
  const display = /^\$\$(?![ \t])([^$]*[^$ \t])\$\$/u.exec(text);
  if (display?.[1] !== undefined) return toToken(display[0], display[1], true);
  const [raw, tex] = /^\$((?:\\[^\n]|[^\\$\n]|\n(?!\s*\n))+)\$(?![$\d])/u.exec(text) ?? [];
  if (raw === undefined || tex === undefined || /^\s|\s$/u.test(tex)) return undefined;
  return toToken(raw, tex, false);
}

function toToken(raw: string, tex: string, isDisplay: boolean): FormulaToken {
  return { type: 'formula', raw, tex: tex.trim(), isDisplay };
}
