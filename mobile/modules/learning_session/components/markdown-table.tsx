import { StyleSheet, View } from 'react-native';
import { Text, radius, space, textDirection, usePalette, useTextScale } from '../../ui_system/public.ts';
import { InlineText } from './inline-text.tsx';
import { inlineWords, type Align, type Block, type Inline } from './markdown-tree.ts';
import { PushAside } from './push-aside.tsx';

/** Columns of equal width whose lines wrap. Where their words have no room beside each other the table is wider than the screen. */
export function MarkdownTable({ table }: { table: Extract<Block, { kind: 'table' }> }) {
  const palette = usePalette();
  const scale = useTextScale();
  const widths = table.header.map((_, column) => columnMinWidth([table.header, ...table.rows], column, scale));
  return (
    <PushAside contentContainerStyle={[styles.frame, { minWidth: 2 * BORDER + widths.reduce((sum, width) => sum + width, 0) }]}>
      <View role="table" style={[styles.table, { borderColor: palette.border, backgroundColor: palette.surface }]}>
        <Row cells={table.header} align={table.align} widths={widths} isHeader />
        {table.rows.map((row, index) => (
          <Row key={index} cells={row} align={table.align} widths={widths} />
        ))}
      </View>
    </PushAside>
  );
}

/** Room for the longest word of a column, and for a third of its longest cell. */
function columnMinWidth(rows: readonly Inline[][][], column: number, scale: number): number {
  const cells = rows.map((row) => inlineWords(row[column] ?? []));
  const longestWord = Math.max(...cells.flatMap((words) => words.split(/\s+/)).map((word) => word.length));
  const longestCell = Math.max(...cells.map((words) => words.length));
  const letters = Math.min(LETTERS_MAX, Math.max(longestWord, longestCell / 3));
  return 2 * styles.cell.paddingHorizontal + Math.ceil(letters * LETTER_WIDTH * scale);
}
const LETTERS_MAX = 18;
/** Of a wide sans-serif, in the size of a cell. */
const LETTER_WIDTH = 10;

interface RowProps {
  cells: Inline[][];
  align: Align[];
  /** Each row shares its width out by the same numbers, so that cells stand below each other. */
  widths: readonly number[];
  isHeader?: boolean;
}

function Row({ cells, align, widths, isHeader = false }: RowProps) {
  const palette = usePalette();
  const edge = isHeader ? { backgroundColor: palette.sunken } : { borderTopWidth: 1, borderColor: palette.border };
  return (
    <View role="row" style={[styles.row, edge]}>
      {cells.map((cell, index) => (
        <View key={index} role={isHeader ? 'columnheader' : 'cell'} style={[styles.cell, { minWidth: widths[index] }]}>
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

const BORDER = 1;
const styles = StyleSheet.create({
  frame: { width: '100%' },
  table: { flex: 1, borderWidth: BORDER, borderRadius: radius.m, overflow: 'hidden' },
  row: { flexDirection: 'row' },
  cell: { flex: 1, paddingHorizontal: space.m, paddingVertical: space.m - 2 },
});
