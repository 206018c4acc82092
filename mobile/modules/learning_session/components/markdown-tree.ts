import { ASSET_SCHEME } from '@haversack/contract';
import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';
import { FORMULAS, type FormulaToken } from './formula-tokens.ts';
import { decodeEntities } from './html-entities.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'code'; text: string }
  | { kind: 'formula'; tex: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; children: Inline[] }
  /** `href` is http, https or mailto; a link to anywhere else is only its words. */
  | { kind: 'link'; href: string; children: Inline[] };

/** `start`: as the text itself runs. */
export type Align = 'start' | 'left' | 'center' | 'right';

export type Block =
  /** `level` 2 to 6: level 1 is the lesson's own title. */
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'paragraph'; children: Inline[] }
  /** `assetId` null: an address that no download brings along, so that only the words can be shown. */
  | { kind: 'picture'; assetId: string | null; alt: string }
  | { kind: 'formula'; tex: string }
  | { kind: 'list'; isOrdered: boolean; start: number; items: Block[][] }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; header: Inline[][]; rows: Inline[][][]; align: Align[] }
  | { kind: 'rule' };

/**
 * Lesson text (CommonMark with GFM tables and TeX between dollars) as a tree of our own, so that what is drawn never depends on the parser and no HTML
 * of an author is ever markup: tags fall away, their words stay. Never throws; a text that the parser gives up on is one paragraph.
 */
export function parseMarkdown(markdown: string): Block[] {
  try {
    return shiftHeadings(toBlocks(READER.lexer(markdown)));
  } catch {
    return [{ kind: 'paragraph', children: [{ kind: 'text', text: markdown }] }];
  }
}

const READER = new Marked({ extensions: FORMULAS });

/** Headings begin at level 2, whatever their author began with, and go down one level at a time. */
function shiftHeadings(blocks: Block[]): Block[] {
  const open: number[] = [];
  return blocks.map((block) => {
    if (block.kind !== 'heading') return block;
    while (open.length > 0 && (open.at(-1) ?? 0) >= block.level) open.pop();
    open.push(block.level);
    return { ...block, level: Math.min(6, open.length + 1) };
  });
}

type LessonToken = MarkedToken | FormulaToken;

/** `Token` is open for extensions, which nothing narrows; every token is one of marked's own or of the one extension here. */
function closed(tokens: Token[]): LessonToken[] {
  return tokens as LessonToken[];
}

function toBlocks(tokens: Token[]): Block[] {
  const blocks: Block[] = [];
  let line: LessonToken[] = [];
  for (const token of closed(tokens)) {
    if (token.type === 'text' || token.type === 'checkbox') {
      line.push(token);
      continue;
    }
    blocks.push(...splitAtPictures(line), ...toBlock(token));
    line = [];
  }
  return [...blocks, ...splitAtPictures(line)];
}

function toBlock(token: LessonToken): Block[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: token.depth, children: toInlines(token.tokens) }];
    case 'paragraph':
      return splitAtPictures(token.tokens);
    case 'list':
      return [toList(token)];
    case 'blockquote':
      return [{ kind: 'quote', children: toBlocks(token.tokens) }];
    case 'code':
      return [{ kind: 'code', text: token.text }];
    case 'table':
      return [toTable(token)];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'formula':
      return [{ kind: 'formula', tex: token.tex }];
    case 'html':
      return paragraphOf([{ kind: 'text', text: withoutTags(token.text) }]);
    default:
      return [];
  }
}

function toList(token: Tokens.List): Block {
  return {
    kind: 'list',
    isOrdered: token.ordered,
    start: typeof token.start === 'number' ? token.start : 1,
    items: token.items.map((item) => toBlocks(item.tokens)),
  };
}

function toTable(token: Tokens.Table): Block {
  return {
    kind: 'table',
    header: token.header.map((cell) => toInlines(cell.tokens)),
    rows: token.rows.map((row) => row.map((cell) => toInlines(cell.tokens))),
    align: token.align.map((align) => align ?? 'start'),
  };
}

/** A picture, or a formula between double dollars, is a block of its own wherever it stands. */
function splitAtPictures(tokens: Token[]): Block[] {
  const blocks: Block[] = [];
  let line: Inline[] = [];
  for (const token of closed(tokens).flatMap(withoutWrapper)) {
    if (token.type === 'image' || (token.type === 'formula' && token.isDisplay)) {
      blocks.push(...paragraphOf(line), token.type === 'image' ? toPicture(token) : { kind: 'formula', tex: token.tex });
      line = [];
    } else line.push(...toInline(token));
  }
  return [...blocks, ...paragraphOf(line)];
}

/** The line of a tight list item is a text that holds the parts of the line. */
function withoutWrapper(token: LessonToken): LessonToken[] {
  return token.type === 'text' && 'tokens' in token && token.tokens ? closed(token.tokens) : [token];
}

function toPicture(token: Tokens.Image): Block {
  const assetId = token.href.startsWith(ASSET_SCHEME) ? token.href.slice(ASSET_SCHEME.length) : null;
  return { kind: 'picture', assetId, alt: decodeEntities(token.text) };
}

function paragraphOf(line: Inline[]): Block[] {
  const children = trimLine(line);
  return children.length > 0 ? [{ kind: 'paragraph', children }] : [];
}

/** A picture that was taken out of a line leaves spaces and breaks at the edges of what is left. */
function trimLine(line: Inline[]): Inline[] {
  const isBlank = (part: Inline | undefined) => part?.kind === 'break' || (part?.kind === 'text' && part.text.trim() === '');
  let from = 0;
  let to = line.length;
  while (from < to && isBlank(line[from])) from += 1;
  while (to > from && isBlank(line[to - 1])) to -= 1;
  return line.slice(from, to);
}

function toInlines(tokens: Token[]): Inline[] {
  return closed(tokens).flatMap(toInline);
}

function toInline(token: LessonToken): Inline[] {
  switch (token.type) {
    case 'strong':
      return [{ kind: 'strong', children: toInlines(token.tokens) }];
    case 'em':
      return [{ kind: 'emphasis', children: toInlines(token.tokens) }];
    case 'del':
      return [{ kind: 'strike', children: toInlines(token.tokens) }];
    case 'codespan':
      return [{ kind: 'code', text: token.text }];
    case 'formula':
      return [{ kind: 'formula', tex: token.tex }];
    case 'link':
      return toLink(token);
    case 'image':
      return [{ kind: 'text', text: decodeEntities(token.text) }];
    case 'br':
      return [{ kind: 'break' }];
    case 'checkbox':
      return [{ kind: 'text', text: token.checked ? '☑ ' : '☐ ' }];
    case 'escape':
      return [{ kind: 'text', text: token.text }];
    case 'text':
      if ('tokens' in token && token.tokens) return toInlines(token.tokens);
      return [{ kind: 'text', text: decodeEntities(token.text).replace(/\s+/gu, (gap) => (gap.includes('\n') ? ' ' : gap)) }];
    case 'html':
      return /^<br\s*\/?>$/iu.test(token.text) ? [{ kind: 'break' }] : [];
    default:
      return [];
  }
}

function toLink(token: Tokens.Link): Inline[] {
  const children = toInlines(token.tokens);
  return /^(https?:\/\/|mailto:)/iu.test(token.href) ? [{ kind: 'link', href: token.href, children }] : children;
}

function withoutTags(html: string): string {
  return decodeEntities(html.replace(/<!--[\s\S]*?(?:-->|$)|<[^<>]*>/gu, ' '))
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The words of a block, for what must be known of them as a whole (in which direction they run). */
export function wordsOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return inlineWords(block.children);
    case 'list':
      return block.items.flat().map(wordsOf).join(' ');
    case 'quote':
      return block.children.map(wordsOf).join(' ');
    case 'table':
      return [block.header, ...block.rows].flat().map(inlineWords).join(' ');
    case 'picture':
      return block.alt;
    case 'code':
    case 'formula':
    case 'rule':
      return '';
  }
}

export function inlineWords(parts: readonly Inline[]): string {
  return parts.map((part) => ('text' in part ? part.text : 'children' in part ? inlineWords(part.children) : ' ')).join('');
}
