import { memo, useMemo } from 'react';
import { StyleSheet, View } from 'react-native';
import {
  Directed,
  Heading,
  Text,
  radius,
  space,
  textDirection,
  useI18n,
  usePalette,
  type Direction,
} from '../../ui_system/public.ts';
import { InlineText } from './inline-text.tsx';
import { LessonPicture } from './lesson-picture.tsx';
import { parseMarkdown, wordsOf, type Block, type Inline } from './markdown-tree.ts';
import { DisplayFormula, useSpokenLine } from './math/formula.tsx';
import { MarkdownTable } from './markdown-table.tsx';

/** A lesson's text. Nothing of it is ever HTML, on phones or in the browser. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <Blocks blocks={blocks} />;
});

function Blocks({ blocks, isTight = false }: { blocks: readonly Block[]; isTight?: boolean }) {
  return (
    <View style={isTight ? styles.tight : styles.blocks}>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} isFirst={index === 0} />
      ))}
    </View>
  );
}

function BlockView({ block, isFirst }: { block: Block; isFirst: boolean }) {
  const palette = usePalette();
  const { direction: around } = useI18n();
  const direction = textDirection(wordsOf(block));
  const dir = direction ?? 'auto';
  switch (block.kind) {
    case 'heading':
      return (
        <View style={isFirst ? null : styles.heading}>
          <Heading level={headingLevel(block.level)} dir={dir} {...(block.level === 2 && { variant: 'title' as const })}>
            <InlineText parts={block.children} />
          </Heading>
        </View>
      );
    case 'paragraph':
      return <Paragraph parts={block.children} dir={dir} />;
    case 'formula':
      return <DisplayFormula tex={block.tex} />;
    case 'picture':
      return <LessonPicture assetId={block.assetId} alt={block.alt} />;
    case 'list':
      return (
        <Directed direction={direction ?? around}>
          <ListView list={block} direction={direction ?? around} />
        </Directed>
      );
    case 'quote':
      return (
        <Directed
          direction={direction ?? around}
          style={[styles.quote, { borderColor: palette.accent, backgroundColor: palette.surface }]}
        >
          <Blocks blocks={block.children} />
        </Directed>
      );
    case 'code':
      return (
        <View style={[styles.code, { backgroundColor: palette.sunken }]}>
          <Text variant="small" dir="ltr" style={styles.mono}>
            {block.text}
          </Text>
        </View>
      );
    case 'table':
      return (
        <Directed direction={direction ?? around}>
          <MarkdownTable table={block} />
        </Directed>
      );
    case 'rule':
      return <View role="separator" style={[styles.rule, { backgroundColor: palette.border }]} />;
  }
}

function Paragraph({ parts, dir }: { parts: readonly Inline[]; dir: Direction | 'auto' }) {
  const spoken = useSpokenLine(parts);
  // On phones a line that is given its height would not grow with a formula in it.
  const text = (
    <Text variant="reading" dir={dir} style={spoken === null ? null : styles.growing}>
      <InlineText parts={parts} />
    </Text>
  );
  if (spoken === null) return text;
  return (
    <View accessible accessibilityLabel={spoken}>
      {text}
    </View>
  );
}

function ListView({ list, direction }: { list: Extract<Block, { kind: 'list' }>; direction: Direction }) {
  return (
    <View role="list" style={styles.list}>
      {list.items.map((item, index) => (
        <View key={index} role="listitem" style={styles.item}>
          <Text variant="reading" tone="accent" dir={direction} style={list.isOrdered ? styles.number : styles.bullet}>
            {list.isOrdered ? `${list.start + index}.` : '•'}
          </Text>
          <View style={styles.itemText}>
            <Blocks blocks={item} isTight />
          </View>
        </View>
      ))}
    </View>
  );
}

/** Deeper headings look and read like the fourth level. */
function headingLevel(level: number): 2 | 3 | 4 {
  if (level <= 2) return 2;
  return level === 3 ? 3 : 4;
}

const styles = StyleSheet.create({
  blocks: { gap: space.l },
  tight: { gap: space.s },
  growing: { lineHeight: undefined },
  heading: { marginTop: space.m },
  list: { gap: space.s },
  item: { flexDirection: 'row', gap: space.s },
  bullet: { width: 18, textAlign: 'center', fontWeight: '700' },
  number: { minWidth: 26, fontWeight: '700' },
  itemText: { flex: 1, minWidth: 0 },
  quote: { borderStartWidth: 4, borderRadius: radius.s, paddingVertical: space.m, paddingHorizontal: space.l },
  code: { borderRadius: radius.s, padding: space.l },
  mono: { fontFamily: 'monospace' },
  rule: { height: 1, marginVertical: space.s },
});
