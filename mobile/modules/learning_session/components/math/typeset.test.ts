import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import katex from 'katex';
import { createI18n } from '../../../ui_system/i18n/i18n.ts';
import { parseMarkdown, type Block, type Inline } from '../markdown-tree.ts';
import { boxOf, height } from './math-box.ts';
import type { MathNode } from './math-tree.ts';
import { mathWords } from './math-words.ts';
import { typeset } from './typeset.ts';

const read = (tex: string, isDisplay = false): MathNode | null => typeset(katex, tex, isDisplay);
const say = (tex: string, isDisplay = false): string | null => {
  const node = read(tex, isDisplay);
  return node === null ? null : mathWords(createI18n({ language: 'en', tag: 'en' }), node);
};

/** `$tex$` of a text, in the order in which they stand, displayed ones marked. */
function formulas(markdown: string): string[] {
  const ofLine = (parts: readonly Inline[]): string[] =>
    parts.flatMap((part) => (part.kind === 'formula' ? [part.tex] : 'children' in part ? ofLine(part.children) : []));
  const ofBlock = (block: Block): string[] => {
    if (block.kind === 'formula') return [`display ${block.tex}`];
    if (block.kind === 'list') return block.items.flat().flatMap(ofBlock);
    if (block.kind === 'quote') return block.children.flatMap(ofBlock);
    if (block.kind === 'table') return [block.header, ...block.rows].flat().flatMap(ofLine);
    return 'children' in block ? ofLine(block.children) : [];
  };
  return parseMarkdown(markdown).flatMap(ofBlock);
}

describe('formulas in lesson text', () => {
  it('[UI-3] stand between dollars, in lines, lists, tables and on lines of their own', () => {
    expect(formulas('Take $x^2$, **then $y$**.\n\n$$\nz = 1\n$$\n\n- $a_1$\n\n| h |\n|---|\n| $b$ |')).toEqual([
      'x^2',
      'y',
      'display z = 1',
      'a_1',
      'b',
    ]);
    expect(formulas('before $$x$$ after')).toEqual(['display x']);
    expect(formulas('text\n$$x$$\ntext')).toEqual(['display x']);
    expect(formulas('$a*b*c$ and $d_1 e_1$ and $3\\%$ and $2 \\$ $')).toEqual(['a*b*c', 'd_1 e_1', '3\\%']);
  });

  it.each([
    'It costs $5 and $6.',
    'Between $5–$10, or $5-$10',
    'A price in US$5 or US$6',
    'From 5$ to 6$ each',
    '\\$x\\$',
    '`$x$`',
    'one $ alone, $$ and $$$$',
    '$ x $',
  ])('[UI-3] leave money alone: %s', (text) => {
    expect(formulas(text)).toEqual([]);
  });

  it('[SE-2] takes no longer than the text is long', () => {
    const startedAt = process.cpuUsage().user;
    for (const text of ['$'.repeat(100_000), '$x '.repeat(50_000), '$$x\n\n'.repeat(20_000), 'word\n\n'.repeat(30_000)])
      parseMarkdown(text);
    expect((process.cpuUsage().user - startedAt) / 1_000).toBeLessThan(5_000);
  });
});

describe('a formula', () => {
  it.each([
    ['t = \\frac{d}{5} + \\frac{h}{600}', 't equals d over 5 plus h over 600'],
    ['\\frac{a+b}{2}', 'the fraction a plus b, over 2, end of fraction,'],
    ['\\sqrt{a^2 + b^2}', 'the square root of a squared plus b squared, end of root,'],
    ['\\sqrt[3]{8} = 2', 'the root with index 3 of 8, end of root, equals 2'],
    ['x_i^{n}', 'x sub i to the power of n'],
    ['\\sum_{i=1}^{n} i', 'the sum from i equals 1 to n of i'],
    ['\\vec{F} \\ne -m\\bar{a}', 'vector F is not minus m a with a bar'],
    ['90^\\circ \\le \\alpha', '90 degrees is at most α'],
    ['\\binom{n}{k}', '( n choose k )'],
    ['5\\,\\text{km} \\times 2', '5 km times 2'],
    ['\\begin{cases}1&x>0\\\\0&\\text{else}\\end{cases}', '{ 2 rows: 1, x is greater than 0; 0, else'],
  ])('[UI-2] %s is read out: %s', (tex, words) => {
    expect(say(tex)).toBe(words);
    expect(say(tex, true)).toBe(words);
  });

  it.each([
    '\\frac{',
    '\\unknown',
    '\\href{https://a.example}{x}',
    '\\color{red}{x}',
    '\\cancel{x}',
    'x'.repeat(2_001),
    `${'{x^'.repeat(40)}1${'}'.repeat(40)}`,
  ])('[UI-3] is shown as it was written where it cannot be drawn whole: %.20s', (tex) => {
    expect(read(tex)).toBeNull();
  });

  it('[SE-6] is never markup, whatever its author writes', () => {
    const texts = (node: MathNode | null): string => JSON.stringify(node);
    expect(texts(read('\\text{<img src=x onerror="a()">} < b'))).toContain('onerror=');
    expect(read('\\htmlClass{a}{b}')).toBeNull();
    expect(read('\\includegraphics{https://a.example/x.png}')).toBeNull();
  });

  it('[SE-2] that is made to take time is given up soon', () => {
    const startedAt = process.cpuUsage().user;
    read('\\def\\a{\\b\\b\\b\\b}\\def\\b{\\c\\c\\c\\c}\\def\\c{\\d\\d\\d\\d}\\def\\d{xxxx}\\a\\a\\a\\a');
    read('{'.repeat(900));
    read(`${'\\sqrt{'.repeat(150)}x${'}'.repeat(150)}`);
    expect((process.cpuUsage().user - startedAt) / 1_000).toBeLessThan(2_000);
  });

  it('takes room for what is above and below the line', () => {
    const of = (tex: string): number => {
      const node = read(tex);
      if (node === null) throw new Error(`${tex} cannot be read`);
      return height(boxOf(node, 10, false));
    };
    expect(of('x')).toBeCloseTo(12);
    expect(of('x^2')).toBeGreaterThan(of('x'));
    expect(of('x_1^2')).toBeGreaterThan(of('x^2'));
    expect(of('\\frac{x^2}{2}')).toBeGreaterThan(of('\\frac{x}{2}'));
    expect(of('a + \\frac{x}{2}')).toBe(of('\\frac{x}{2}'));
  });
});

const UNITS = join(__dirname, '../../../../../units');

it('every formula of the units that ship can be drawn', () => {
  const lessons = readdirSync(UNITS, { recursive: true, encoding: 'utf8' }).filter((path) => /lessons\/.*\.md$/u.test(path));
  const found = lessons.flatMap((path) =>
    formulas(readFileSync(join(UNITS, path), 'utf8').replace(/```exercise[\s\S]*?```/gu, '')),
  );
  expect(found.length).toBeGreaterThan(5);
  for (const tex of found) expect([tex, read(tex.replace(/^display /u, ''))]).not.toEqual([tex, null]);
});
