/** A formula as it is drawn and read out; nothing of it depends on who parsed it. */
export type MathNode =
  | { kind: 'row'; children: MathNode[] }
  | MathSymbol
  | { kind: 'space'; widthEm: number }
  /** Without a line it is a binomial. */
  | { kind: 'fraction'; over: MathNode; under: MathNode; hasLine: boolean }
  | { kind: 'root'; of: MathNode; index: MathNode | null }
  | { kind: 'scripts'; base: MathNode; sub: MathNode | null; sup: MathNode | null }
  /** Above and below instead of beside: limits of a sum, an arrow over a letter, a brace. */
  | { kind: 'stack'; base: MathNode; under: MathNode | null; over: MathNode | null }
  | { kind: 'table'; rows: MathNode[][]; align: CellAlign[] };

export interface MathSymbol {
  kind: 'symbol';
  text: string;
  role: 'letter' | 'number' | 'operator' | 'words';
  /** As MathML writes it: a single letter slants by itself. */
  isItalic: boolean;
  isBold: boolean;
  /** Grows with what stands beside it (a bracket) or under it (an arrow). */
  isStretchy: boolean;
}

export type CellAlign = 'left' | 'center' | 'right';

/** Formulas of a lesson are short; what is nested deeper is no formula but an attempt. */
export const MAX_DEPTH = 24;
