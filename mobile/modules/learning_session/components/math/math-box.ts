import type { MathNode } from './math-tree.ts';

/** How far a part reaches above and below the base line of the text, in the reader's points. */
export interface Box {
  above: number;
  below: number;
}

/** Of the size of the letters. One line of text takes `LINE`, and its base line lies `LETTER_ABOVE` below its upper edge. */
export const LINE = 1.2;
const LETTER_ABOVE = 0.94;
/** Where fractions have their line and brackets their middle. */
export const AXIS = 0.27;
const SCRIPT_SCALE = 0.7;
/** Script of a script is not smaller still: it must be legible. */
const SMALLEST = 11;
const SUP_RAISE = 0.42;
const SUB_DROP = 0.22;
/** Between the line of a fraction and what stands above and below: nearly none, for a line of text has room of its own around its letters. */
export const FRACTION_GAP = 0.01;
export const ROOT_HEAD = 0.12;
export const ROW_GAP = 0.35;

const scriptSize = (size: number): number => Math.max(SMALLEST, size * SCRIPT_SCALE);

/**
 * Places by arithmetic alone: widths are the layout's business, but heights follow from the form of the formula, so that nothing has to
 * be measured first and phones and browsers draw the same.
 */
export function boxOf(node: MathNode, size: number, isDisplay: boolean): Box {
  switch (node.kind) {
    case 'symbol':
      return lineBox(isDisplay && isLarge(node) ? size * LARGE_SCALE : size, isDisplay && isLarge(node) ? size : null);
    case 'space':
      return { above: 0, below: 0 };
    case 'row':
      return node.children.map((child) => boxOf(child, size, isDisplay)).reduce(union, lineBox(size));
    case 'fraction': {
      const { over, under } = fractionParts(node, size, isDisplay);
      return { above: height(over) + (FRACTION_GAP + AXIS) * size, below: height(under) + (FRACTION_GAP - AXIS) * size };
    }
    case 'root': {
      const inner = boxOf(node.of, size, isDisplay);
      return { above: inner.above + ROOT_HEAD * size, below: inner.below };
    }
    case 'scripts': {
      const { base, sub, sup, raise, drop } = scriptParts(node, size, isDisplay);
      return [
        base,
        ...(sup === null ? [] : [{ above: sup.above + raise, below: sup.below - raise }]),
        ...(sub === null ? [] : [{ above: sub.above - drop, below: sub.below + drop }]),
      ].reduce(union);
    }
    case 'stack': {
      const { base, over, under } = stackParts(node, size, isDisplay);
      return { above: base.above + (over === null ? 0 : height(over)), below: base.below + (under === null ? 0 : height(under)) };
    }
    case 'table': {
      const total = tableRows(node, size).reduce((sum, row) => sum + height(row) + ROW_GAP * size, -ROW_GAP * size);
      return { above: total / 2 + AXIS * size, below: total / 2 - AXIS * size };
    }
  }
}

export const LARGE_SCALE = 1.5;

/** Sums, products and integrals stand out where a formula has a line of its own. */
export function isLarge(node: MathNode): boolean {
  return node.kind === 'symbol' && /^[∑∏∐∫∬∭∮⋃⋂]$/u.test(node.text);
}

export const height = ({ above, below }: Box): number => above + below;

export function fractionParts(node: Extract<MathNode, { kind: 'fraction' }>, size: number, isDisplay: boolean) {
  const partSize = isDisplay ? size : scriptSize(size);
  return { partSize, over: boxOf(node.over, partSize, false), under: boxOf(node.under, partSize, false) };
}

export function scriptParts(node: Extract<MathNode, { kind: 'scripts' }>, size: number, isDisplay: boolean) {
  const partSize = scriptSize(size);
  const base = boxOf(node.base, size, isDisplay);
  const letter = lineBox(size);
  return {
    partSize,
    base,
    sup: node.sup && boxOf(node.sup, partSize, false),
    sub: node.sub && boxOf(node.sub, partSize, false),
    raise: SUP_RAISE * size + Math.max(0, base.above - letter.above),
    drop: SUB_DROP * size + Math.max(0, base.below - letter.below),
  };
}

export function stackParts(node: Extract<MathNode, { kind: 'stack' }>, size: number, isDisplay: boolean) {
  const partSize = scriptSize(size);
  return {
    partSize,
    base: boxOf(node.base, size, isDisplay),
    over: node.over && markBox(node.over, partSize),
    under: node.under && markBox(node.under, partSize),
  };
}

/** A mark over a letter (an arrow, a bar) is low; it is drawn, not written. */
export const MARK_HEIGHT = 0.34;

export function markKind(node: MathNode): 'line' | 'arrow' | 'hat' | 'tilde' | 'dot' | 'brace_over' | 'brace_under' | null {
  return node.kind === 'symbol' && node.role === 'operator' ? (MARKS[node.text] ?? null) : null;
}

const MARKS: Readonly<Record<string, NonNullable<ReturnType<typeof markKind>>>> = {
  '‾': 'line',
  '¯': 'line',
  ˉ: 'line',
  _: 'line',
  '\u0332': 'line',
  '⃗': 'arrow',
  '→': 'arrow',
  '^': 'hat',
  ˆ: 'hat',
  '~': 'tilde',
  '˜': 'tilde',
  '˙': 'dot',
  '⏞': 'brace_over',
  '⏟': 'brace_under',
};

function markBox(node: MathNode, size: number): Box {
  return markKind(node) === null ? boxOf(node, size, false) : { above: MARK_HEIGHT * size, below: 0 };
}

export function tableRows(node: Extract<MathNode, { kind: 'table' }>, size: number): Box[] {
  return node.rows.map((row) => row.map((cell) => boxOf(cell, size, false)).reduce(union, lineBox(size)));
}

/** A large sign is centred on the axis of the letters beside it. */
function lineBox(size: number, besideSize: number | null = null): Box {
  const box = { above: LETTER_ABOVE * size, below: (LINE - LETTER_ABOVE) * size };
  if (besideSize === null) return box;
  const shift = AXIS * (size - besideSize);
  return { above: box.above - shift, below: box.below + shift };
}

function union(a: Box, b: Box): Box {
  return { above: Math.max(a.above, b.above), below: Math.max(a.below, b.below) };
}
