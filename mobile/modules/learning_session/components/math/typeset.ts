import type katex from 'katex';
import type { MathNode } from './math-tree.ts';
import { readMathml } from './mathml.ts';

type Typesetter = Pick<typeof katex, 'renderToString'>;

/** Longer than this is no formula, and would only take time. */
const MAX_TEX_CHARS = 2_000;
/** Against formulas that are made to take time; links and the like are not trusted, so they are not read at all. */
const LIMITS = { trust: false, maxExpand: 200, maxSize: 4, strict: 'ignore', throwOnError: true } as const;

/** TeX as a tree that can be drawn; null for what cannot be read. Never throws. */
export function typeset(typesetter: Typesetter, tex: string, isDisplay: boolean): MathNode | null {
  if (tex.length > MAX_TEX_CHARS) return null;
  try {
    return readMathml(typesetter.renderToString(tex, { ...LIMITS, output: 'mathml', displayMode: isDisplay }));
  } catch {
    return null;
  }
}
