import { StyleSheet, View } from 'react-native';
import { Text, radius, space, textDirection, usePalette } from '../../ui_system/public.ts';
import { InlineText } from './inline-text.tsx';
import { inlineWords, type Align, type Block, type Inline } from './markdown-tree.ts';

/** Columns of equal width whose words wrap, so that a table needs no scrolling of its own on a phone. */
export function MarkdownTable({ table }: { table: Extract<Block, { kind: 'table' }> }) {
  const palette = usePalette();
  return (
    <View role="table" style={[styles.table, { borderColor: palette.border, backgroundColor: palette.surface }]}>
      <Row cells={table.header} align={table.align} isHeader />
      {table.rows.map((row, index) => (
        <Row key={index} cells={row} align={table.align} />
      ))}
    </View>
  );
}

function Row({ cells, align, isHeader = false }: { cells: Inline[][]; align: Align[]; isHeader?: boolean }) {
  const palette = usePalette();
  const edge = isHeader ? { backgroundColor: palette.sunken } : { borderTopWidth: 1, borderColor: palette.border };
  return (
    <View role="row" style={[styles.row, edge]}>
      {cells.map((cell, index) => (
        <View key={index} role={isHeader ? 'columnheader' : 'cell'} style={styles.cell}>
          <Text
            variant={isHeader ? 'smallStrong' : 'body'}
            dir={textDirection(inlineWords(cell)) ?? 'auto'}
            style={cellAlign(align[index])}
          >
            <InlineText parts={cell} />
          </Text>
        </View>
      ))}
    </View>
  );
}

/** Where the author did not say, a cell begins where its words do. */
function cellAlign(align: Align | undefined): { textAlign: 'left' | 'center' | 'right' } | null {
  return align === undefined || align === 'start' ? null : { textAlign: align };
}

const styles = StyleSheet.create({
  table: { borderWidth: 1, borderRadius: radius.m, overflow: 'hidden' },
  row: { flexDirection: 'row' },
  cell: { flex: 1, minWidth: 0, paddingHorizontal: space.m, paddingVertical: space.m - 2 },
});
