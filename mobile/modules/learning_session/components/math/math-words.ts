import type { I18n } from '../../../ui_system/public.ts';
import { markKind } from './math-box.ts';
import type { MathNode } from './math-tree.ts';

/** A formula as one would read it out, in the app's language; letters and numbers as they are. */
export function mathWords(i18n: I18n, node: MathNode): string {
  return words(i18n, node).replace(/\s+/gu, ' ').trim();
}

function words(i18n: I18n, node: MathNode): string {
  const say = (part: MathNode) => mathWords(i18n, part);
  switch (node.kind) {
    case 'symbol':
      return node.role === 'operator' ? (signWords(i18n, node.text) ?? node.text) : node.text;
    case 'space':
      return ' ';
    case 'row':
      return node.children.map((child) => words(i18n, child)).join(' ');
    case 'fraction':
      return fractionWords(i18n, node);
    case 'root':
      return rootWords(i18n, node);
    case 'scripts':
      return scriptWords(i18n, node);
    case 'stack':
      return stackWords(i18n, node);
    case 'table':
      return i18n.t('{count, plural, one {# row:} other {# rows:}} {rows}', {
        count: node.rows.length,
        rows: node.rows.map((row) => row.map(say).join(', ')).join('; '),
      });
  }
}

/** One sign or number: it needs no word that says where it ends. */
const isShort = (node: MathNode): boolean => node.kind === 'symbol';

function fractionWords(i18n: I18n, node: Extract<MathNode, { kind: 'fraction' }>): string {
  const [over, under] = [mathWords(i18n, node.over), mathWords(i18n, node.under)];
  if (!node.hasLine) return i18n.t('{n} choose {k}', { n: over, k: under });
  if (isShort(node.over) && isShort(node.under)) return i18n.t('{over} over {under}', { over, under });
  return i18n.t('the fraction {over}, over {under}, end of fraction,', { over, under });
}

function rootWords(i18n: I18n, node: Extract<MathNode, { kind: 'root' }>): string {
  const of = mathWords(i18n, node.of);
  if (node.index !== null)
    return i18n.t('the root with index {index} of {of}, end of root,', { index: mathWords(i18n, node.index), of });
  return isShort(node.of) ? i18n.t('the square root of {of}', { of }) : i18n.t('the square root of {of}, end of root,', { of });
}

function scriptWords(i18n: I18n, { base, sub, sup }: Extract<MathNode, { kind: 'scripts' }>): string {
  const low = sub === null ? null : mathWords(i18n, sub);
  const high = sup === null ? null : mathWords(i18n, sup);
  if (low !== null && high !== null && isBig(base)) return boundWords(i18n, mathWords(i18n, base), low, high);
  const name = mathWords(i18n, base);
  const stem = low === null ? name : i18n.t('{base} sub {index}', { base: name, index: low });
  return high === null ? stem : powerWords(i18n, stem, high);
}

function powerWords(i18n: I18n, base: string, exponent: string): string {
  if (exponent === '2') return i18n.t('{base} squared', { base });
  if (exponent === '3') return i18n.t('{base} cubed', { base });
  if (/^[′″‴]+$/u.test(exponent)) return i18n.t('{base} prime', { base });
  if (exponent === '∘' || exponent === '°') return i18n.t('{base} degrees', { base });
  return i18n.t('{base} to the power of {exponent}', { base, exponent });
}

const isBig = (node: MathNode): boolean => node.kind === 'symbol' && /^[∑∏∐∫∬∭∮]$/u.test(node.text);

function boundWords(i18n: I18n, base: string, from: string, to: string): string {
  return i18n.t('{base} from {from} to {to} of', { base, from, to });
}

function stackWords(i18n: I18n, { base, under, over }: Extract<MathNode, { kind: 'stack' }>): string {
  const name = mathWords(i18n, base);
  if (over !== null && under === null) {
    const kind = markKind(over);
    if (kind === 'arrow') return i18n.t('vector {name}', { name });
    if (kind === 'line') return i18n.t('{name} with a bar', { name });
    if (kind === 'hat') return i18n.t('{name} with a hat', { name });
    if (kind !== null) return name;
  }
  const [low, high] = [under === null ? '' : mathWords(i18n, under), over === null ? '' : mathWords(i18n, over)];
  if (low !== '' && high !== '') return boundWords(i18n, name, low, high);
  if (low === '') return i18n.t('{base}, above it {mark},', { base: name, mark: high });
  return under !== null && markKind(under) !== null ? name : i18n.t('{base}, below it {mark},', { base: name, mark: low });
}

function signWords(i18n: I18n, sign: string): string | null {
  switch (sign) {
    case '+':
      return i18n.t('plus');
    case '−':
    case '-':
      return i18n.t('minus');
    case '±':
      return i18n.t('plus or minus');
    case '×':
    case '⋅':
    case '·':
      return i18n.t('times');
    case '÷':
    case '/':
      return i18n.t('divided by');
    case '=':
      return i18n.t('equals');
    case '≠':
      return i18n.t('is not');
    case '≈':
      return i18n.t('is about');
    case '<':
      return i18n.t('is less than');
    case '>':
      return i18n.t('is greater than');
    case '≤':
      return i18n.t('is at most');
    case '≥':
      return i18n.t('is at least');
    case '∑':
      return i18n.t('the sum');
    case '∏':
      return i18n.t('the product');
    case '∫':
      return i18n.t('the integral');
    case '→':
      return i18n.t('goes to');
    default:
      return null;
  }
}
