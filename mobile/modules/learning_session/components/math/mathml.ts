import { MAX_DEPTH, type CellAlign, type MathNode, type MathSymbol } from './math-tree.ts';

/**
 * MathML, as a typesetter writes it, as a tree of our own. Null where it holds something that cannot be drawn here, so that nothing is
 * ever shown with a part missing.
 */
export function readMathml(mathml: string): MathNode | null {
  const element = readElement(mathml);
  try {
    return element === null ? null : toNode(element, 0);
  } catch (error) {
    if (error instanceof NotDrawnError) return null;
    throw error;
  }
}

class NotDrawnError extends Error {
  override readonly name = 'NotDrawnError';
}

interface Element {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: Element[];
  text: string;
}

/** The `math` element; tags, attributes in double quotes and text are all that there is. */
function readElement(xml: string): Element | null {
  const open: Element[] = [{ name: '', attributes: new Map(), children: [], text: '' }];
  for (const [, closing, opening, attributes = '', selfClosed, text] of xml.matchAll(PIECE)) {
    const top = open.at(-1);
    if (top === undefined) return null;
    if (text !== undefined) top.text += decode(text);
    else if (closing !== undefined) open.pop();
    else if (opening !== undefined) {
      const element = { name: opening, attributes: readAttributes(attributes), children: [], text: '' };
      top.children.push(element);
      if (selfClosed !== '/') open.push(element);
    }
  }
  return findMath(open[0]);
}

const PIECE = /<\/([a-z]+)>|<([a-z]+)((?:\s+[a-z:]+="[^"]*")*)\s*(\/?)>|([^<]+)/gu;

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/(?<![a-z:])([a-z:]+)="([^"]*)"/gu)].map(([, name = '', value = '']) => [name, decode(value)]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#x27': "'" };
const decode = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|#x27);/gu, (_whole, name: string) => ENTITIES[name] ?? '');

function findMath(element: Element | undefined): Element | null {
  if (element === undefined) return null;
  if (element.name === 'math') return element;
  for (const child of element.children) {
    const found = findMath(child);
    if (found !== null) return found;
  }
  return null;
}

function toNode(element: Element, depth: number): MathNode {
  if (depth > MAX_DEPTH) throw new NotDrawnError(element.name);
  const nodes = () => element.children.map((child) => toNode(child, depth + 1));
  const node = (index: number) => toNode(element.children[index] ?? EMPTY, depth + 1);
  switch (element.name) {
    case 'semantics':
      return node(0);
    case 'math':
    case 'mrow':
    case 'mstyle':
    case 'mpadded':
    case 'mtd':
      if (element.attributes.has('mathcolor')) throw new NotDrawnError(element.name);
      return toRow(nodes());
    case 'mi':
    case 'mn':
    case 'mo':
    case 'mtext':
      return toSymbol(element);
    case 'mspace':
      return { kind: 'space', widthEm: emOf(element.attributes.get('width')) };
    case 'mfrac':
      return {
        kind: 'fraction',
        over: node(0),
        under: node(1),
        hasLine: !/^0/u.test(element.attributes.get('linethickness') ?? ''),
      };
    case 'msqrt':
      return { kind: 'root', of: toRow(nodes()), index: null };
    case 'mroot':
      return { kind: 'root', of: node(0), index: node(1) };
    case 'msup':
      return { kind: 'scripts', base: node(0), sub: null, sup: node(1) };
    case 'msub':
      return { kind: 'scripts', base: node(0), sub: node(1), sup: null };
    case 'msubsup':
      return { kind: 'scripts', base: node(0), sub: node(1), sup: node(2) };
    case 'mover':
      return { kind: 'stack', base: node(0), under: null, over: node(1) };
    case 'munder':
      return { kind: 'stack', base: node(0), under: node(1), over: null };
    case 'munderover':
      return { kind: 'stack', base: node(0), under: node(1), over: node(2) };
    case 'mtable':
      return toTable(element, depth);
    default:
      throw new NotDrawnError(element.name);
  }
}

const EMPTY: Element = { name: 'mrow', attributes: new Map(), children: [], text: '' };

function toRow(children: MathNode[]): MathNode {
  const flat = children.flatMap((child) => (child.kind === 'row' && !hasStretchy(child.children) ? child.children : [child]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'row', children: flat };
}

/** Brackets grow with their own row, which must therefore stay one. */
const hasStretchy = (nodes: readonly MathNode[]): boolean => nodes.some((node) => node.kind === 'symbol' && node.isStretchy);

/** What only tells a browser how to space and no eye sees: function application and its like. */
const UNSEEN = /[\u2061-\u2064]/gu;

function toSymbol({ name, attributes, text }: Element): MathNode {
  const plain = text.replace(UNSEEN, '');
  if (name !== 'mtext' && plain === '') return { kind: 'space', widthEm: text === '' ? 0 : 0.17 };
  if (/^[\s\u00a0\u2000-\u200b]+$/u.test(plain)) return { kind: 'space', widthEm: plain.length * 0.2 };
  const variant = attributes.get('mathvariant') ?? '';
  const role = ROLES[name] ?? 'words';
  const isFence = attributes.get('fence') === 'true' || BRACKETS.has(plain);
  const symbol: MathSymbol = {
    kind: 'symbol',
    text: variant === 'double-struck' ? (DOUBLE_STRUCK[plain] ?? plain) : plain,
    role,
    isItalic: variant === '' ? role === 'letter' && [...plain].length === 1 && isSlanted(plain) : variant.includes('italic'),
    isBold: variant.startsWith('bold'),
    isStretchy: role === 'operator' && (attributes.get('stretchy') ?? String(isFence)) === 'true',
  };
  return symbol;
}

const ROLES: Readonly<Record<string, MathSymbol['role']>> = { mi: 'letter', mn: 'number', mo: 'operator' };
const BRACKETS: ReadonlySet<string> = new Set(['(', ')', '[', ']', '{', '}', '|', '∣', '∥', '⟨', '⟩', '⌊', '⌋', '⌈', '⌉']);
const DOUBLE_STRUCK: Readonly<Record<string, string>> = { R: 'ℝ', N: 'ℕ', Z: 'ℤ', Q: 'ℚ', C: 'ℂ', P: 'ℙ', H: 'ℍ' };

/** Capital Greek letters and signs stand upright. */
const isSlanted = (letter: string): boolean => /[a-zA-Z\u03b1-\u03ff]/u.test(letter);

function emOf(width: string | undefined): number {
  const value = Number.parseFloat(width ?? '');
  return Number.isFinite(value) ? Math.min(4, Math.max(-0.3, value)) : 0;
}

function toTable({ children, attributes }: Element, depth: number): MathNode {
  const align = (attributes.get('columnalign') ?? '').split(' ').map(toAlign);
  const rows = children.map((row) => row.children.map((cell) => toNode(cell, depth + 1)));
  return { kind: 'table', rows, align };
}

const toAlign = (word: string): CellAlign => (word === 'left' || word === 'right' ? word : 'center');
