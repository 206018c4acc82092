import type { MathNode } from './math-tree.ts';

/** Air around signs, of the size of the letters: wide around relations, some around operations, none beside a sign that is a prefix. */
const AROUND_RELATION = 0.28;
const AROUND_OPERATION = 0.2;
const AFTER_COMMA = 0.18;

const OPERATIONS = /^[+\-−±∓×÷·⋅∗*∘∪∩∧∨⊕⊗]$/u;
const TIGHT = /^[()[\]{}|∣∥⟨⟩⌊⌋⌈⌉!/′″‴:]$/u;

/** Room before and after a part of a row, in points. */
export function spacing(row: readonly MathNode[], index: number, size: number): { before: number; after: number } {
  const node = row[index];
  const none = { before: 0, after: 0 };
  if (node?.kind !== 'symbol' || node.role !== 'operator' || TIGHT.test(node.text)) return none;
  if (/^[,;]$/u.test(node.text)) return { before: 0, after: AFTER_COMMA * size };
  if (OPERATIONS.test(node.text)) {
    const around = isOperand(row[index - 1]) && row[index + 1] !== undefined ? AROUND_OPERATION * size : 0;
    return { before: around, after: around };
  }
  const around = (/^[∑∏∐∫∬∭∮]$/u.test(node.text) ? 0.06 : AROUND_RELATION) * size;
  return { before: index === 0 ? 0 : around, after: around };
}

/** What an operation can follow; after another sign or an opening bracket a minus belongs to what comes. */
function isOperand(node: MathNode | undefined): boolean {
  if (node === undefined) return false;
  return node.kind !== 'symbol' || node.role !== 'operator' || /^[)\]}|⟩⌋⌉!′]$/u.test(node.text);
}
