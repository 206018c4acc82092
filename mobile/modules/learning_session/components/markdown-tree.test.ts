import { parseMarkdown, type Block, type Inline } from './markdown-tree.ts';

function words(parts: Inline[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'break') return '\n';
      if ('text' in part) return part.text;
      return 'children' in part ? words(part.children) : part.tex;
    })
    .join('');
}

describe('parseMarkdown', () => {
  it('[UI-3] finds a picture of the unit wherever it stands and keeps the words around it', () => {
    const blocks = parseMarkdown('Before ![A &quot;map&quot;](asset:6f0e) after\n\n![](asset:77)');
    expect(blocks.map((block) => block.kind)).toEqual(['paragraph', 'picture', 'paragraph', 'picture']);
    expect(blocks[1]).toEqual({ kind: 'picture', assetId: '6f0e', alt: 'A "map"' });
    expect(blocks[3]).toEqual({ kind: 'picture', assetId: '77', alt: '' });
  });

  it('[SE-6] takes no picture from elsewhere and follows no link but to the web or to mail', () => {
    const blocks = parseMarkdown(
      '![spy](https://evil.example/p.png)\n\n[a](javascript:alert(1)) [b](https://who.int) [c](mailto:a@b.c) [d](file:///etc)',
    );
    expect(blocks[0]).toEqual({ kind: 'picture', assetId: null, alt: 'spy' });
    const line = (blocks[1] as Extract<Block, { kind: 'paragraph' }>).children;
    expect(line.flatMap((part) => (part.kind === 'link' ? [part.href] : []))).toEqual(['https://who.int', 'mailto:a@b.c']);
    expect(words(line)).toBe('a b c d');
  });

  it('[SE-6] keeps the words of raw HTML and none of its tags', () => {
    const blocks = parseMarkdown('<div onclick="x()">Keep <b>calm</b></div>\n\na <script>b</script><br>c\n\n<!-- note -->');
    expect(blocks).toHaveLength(2);
    expect(blocks.map((block) => (block.kind === 'paragraph' ? words(block.children) : ''))).toEqual(['Keep calm', 'a b\nc']);
  });

  it('[UI-2] begins headings under the title and skips no level', () => {
    const levels = (markdown: string) =>
      parseMarkdown(markdown).flatMap((block) => (block.kind === 'heading' ? [block.level] : []));
    expect(levels('# a\n\n## b\n\n# c')).toEqual([2, 3, 2]);
    expect(levels('### a\n\n#### b')).toEqual([2, 3]);
    expect(levels('# a\n\n#### b\n\n## c\n\n# d')).toEqual([2, 3, 3, 2]);
  });

  it('reads lists inside lists, ordered starts, tables with alignment, quotes, code and rules', () => {
    const blocks = parseMarkdown('3. x\n   - deep\n\n| a | b |\n|:-:|--:|\n| 1 | *2* |\n\n> said\n\n```js\nx<1\n```\n\n---');
    expect(blocks.map((block) => block.kind)).toEqual(['list', 'table', 'quote', 'code', 'rule']);
    const [list, table, , code] = blocks;
    expect(list).toMatchObject({ isOrdered: true, start: 3 });
    expect((list as Extract<Block, { kind: 'list' }>).items[0]?.map((block) => block.kind)).toEqual(['paragraph', 'list']);
    expect(table).toMatchObject({ align: ['center', 'right'], rows: [[[{ text: '1' }], [{ kind: 'emphasis' }]]] });
    expect(code).toEqual({ kind: 'code', text: 'x<1' });
  });

  it('keeps the box of a task on the line of its words', () => {
    const [list] = parseMarkdown('- [x] done ![a](asset:1)\n- [ ] open');
    const items = (list as Extract<Block, { kind: 'list' }>).items;
    const said = items.map((item) => item.map((block) => (block.kind === 'paragraph' ? words(block.children) : block.kind)));
    expect(said).toEqual([['☑ done ', 'picture'], ['☐ open']]);
  });

  it('decodes references outside code alone, and soft line ends are spaces', () => {
    const [paragraph] = parseMarkdown('37&deg; &#x2192; &#65; &unknown; `&amp;`\nnext');
    expect(words((paragraph as Extract<Block, { kind: 'paragraph' }>).children)).toBe('37° → A &unknown; &amp; next');
  });

  it('survives a text that is hostile to parsers', () => {
    const text = `${'>'.repeat(20_000)} deep`;
    expect(parseMarkdown(text).length).toBeGreaterThan(0);
  });
});
