import { Text, View, type ViewStyle } from 'react-native';
import { Directed, typeScale, usePalette } from '../../../ui_system/public.ts';
import {
  FRACTION_GAP,
  LARGE_SCALE,
  LINE,
  MARK_HEIGHT,
  ROOT_HEAD,
  ROW_GAP,
  boxOf,
  fractionParts,
  height,
  isLarge,
  markKind,
  scriptParts,
  stackParts,
  tableRows,
} from './math-box.ts';
import { Bracket, Mark, RootSign, thicknessOf } from './math-strokes.tsx';
import type { MathNode, MathSymbol } from './math-tree.ts';
import { spacing } from './math-spacing.ts';

interface Part<Node extends MathNode = MathNode> {
  node: Node;
  /** Of its letters, in points. */
  size: number;
  /** It has lines of its own, and room. */
  isDisplay: boolean;
}

type PartOf<Kind extends MathNode['kind']> = Part<Extract<MathNode, { kind: Kind }>>;

/**
 * A formula in views and text, the same on phones and in the browser: heights by arithmetic (`boxOf`), widths by the layout. It is read
 * from left to right in every language of the app.
 */
export function MathView({ node, size, isDisplay }: Part) {
  return (
    <Directed direction="ltr" style={{ flexDirection: 'row', flexShrink: 0 }}>
      <PartView node={node} size={size} isDisplay={isDisplay} />
    </Directed>
  );
}

function PartView({ node, size, isDisplay }: Part) {
  switch (node.kind) {
    case 'symbol':
      return <SymbolView node={node} size={isDisplay && isLarge(node) ? size * LARGE_SCALE : size} isDisplay={isDisplay} />;
    case 'space':
      return <View style={{ width: node.widthEm * size }} />;
    case 'row':
      return <RowView node={node} size={size} isDisplay={isDisplay} />;
    case 'fraction':
      return <FractionView node={node} size={size} isDisplay={isDisplay} />;
    case 'root':
      return <RootView node={node} size={size} isDisplay={isDisplay} />;
    case 'scripts':
      return <ScriptsView node={node} size={size} isDisplay={isDisplay} />;
    case 'stack':
      return <StackView node={node} size={size} isDisplay={isDisplay} />;
    case 'table':
      return <TableView node={node} size={size} isDisplay={false} />;
  }
}

function SymbolView({ node, size }: Part<MathSymbol>) {
  const palette = usePalette();
  return (
    <Text
      allowFontScaling={false}
      style={{
        fontFamily: typeScale.reading.fontFamily,
        fontSize: size,
        lineHeight: LINE * size,
        color: palette.ink,
        fontStyle: node.isItalic ? 'italic' : 'normal',
        fontWeight: node.isBold ? '700' : '400',
        includeFontPadding: false,
        flexShrink: 0,
      }}
    >
      {node.text}
    </Text>
  );
}

function RowView({ node, size, isDisplay }: PartOf<'row'>) {
  const row = boxOf(node, size, isDisplay);
  return (
    <View style={LINE_UP}>
      {node.children.map((child, index) => {
        const { before, after } = spacing(node.children, index, size);
        const isTall = child.kind === 'symbol' && child.isStretchy && height(row) > LINE * size * 1.25;
        const box = boxOf(child, size, isDisplay);
        return (
          <View
            key={index}
            style={{ marginTop: isTall ? 0 : row.above - box.above, marginLeft: before, marginRight: after, flexShrink: 0 }}
          >
            {isTall ? (
              <Bracket sign={child.text} height={height(row)} size={size} />
            ) : (
              <PartView node={child} size={size} isDisplay={isDisplay} />
            )}
          </View>
        );
      })}
    </View>
  );
}

function FractionView({ node, size, isDisplay }: PartOf<'fraction'>) {
  const palette = usePalette();
  const { partSize } = fractionParts(node, size, isDisplay);
  const thickness = thicknessOf(size);
  const lineColor = node.hasLine ? palette.ink : 'transparent';
  return (
    <View style={{ alignItems: 'center', paddingHorizontal: size * 0.1, flexShrink: 0 }}>
      <PartView node={node.over} size={partSize} isDisplay={false} />
      <View
        style={{
          alignSelf: 'stretch',
          height: thickness,
          marginVertical: FRACTION_GAP * size - thickness / 2,
          backgroundColor: lineColor,
        }}
      />
      <PartView node={node.under} size={partSize} isDisplay={false} />
    </View>
  );
}

function RootView({ node, size, isDisplay }: PartOf<'root'>) {
  const palette = usePalette();
  const box = boxOf(node, size, isDisplay);
  const line = { borderTopWidth: thicknessOf(size), borderColor: palette.ink, paddingTop: ROOT_HEAD * size - thicknessOf(size) };
  return (
    <View style={LINE_UP}>
      {node.index === null ? null : (
        <View style={{ marginRight: -size * 0.28, marginTop: Math.max(0, height(box) * 0.5 - size * 0.62), flexShrink: 0 }}>
          <PartView node={node.index} size={size * 0.6} isDisplay={false} />
        </View>
      )}
      <RootSign height={height(box)} size={size} />
      <View style={[line, { flexShrink: 0 }]}>
        <PartView node={node.of} size={size} isDisplay={isDisplay} />
      </View>
    </View>
  );
}

function ScriptsView({ node, size, isDisplay }: PartOf<'scripts'>) {
  const { base, sub, sup, partSize, raise, drop } = scriptParts(node, size, isDisplay);
  const { above, below } = boxOf(node, size, isDisplay);
  const supTop = sup === null ? 0 : above - raise - sup.above;
  const subTop = sub === null ? 0 : above + drop - sub.above - (sup === null ? 0 : supTop + height(sup));
  return (
    <View style={[LINE_UP, { height: above + below }]}>
      <View style={{ marginTop: above - base.above, flexShrink: 0 }}>
        <PartView node={node.base} size={size} isDisplay={isDisplay} />
      </View>
      <View style={{ alignItems: 'flex-start', marginLeft: size * 0.02, flexShrink: 0 }}>
        {node.sup === null ? null : (
          <View style={{ marginTop: supTop }}>
            <PartView node={node.sup} size={partSize} isDisplay={false} />
          </View>
        )}
        {node.sub === null ? null : (
          <View style={{ marginTop: subTop }}>
            <PartView node={node.sub} size={partSize} isDisplay={false} />
          </View>
        )}
      </View>
    </View>
  );
}

function StackView({ node, size, isDisplay }: PartOf<'stack'>) {
  const { partSize } = stackParts(node, size, isDisplay);
  return (
    <View style={{ alignItems: 'center', flexShrink: 0 }}>
      {node.over === null ? null : <MarkView node={node.over} size={partSize} isDisplay={false} />}
      <PartView node={node.base} size={size} isDisplay={isDisplay} />
      {node.under === null ? null : <MarkView node={node.under} size={partSize} isDisplay={false} />}
    </View>
  );
}

function MarkView({ node, size }: Part) {
  const kind = markKind(node);
  if (kind === null) return <PartView node={node} size={size} isDisplay={false} />;
  return (
    <View style={{ alignSelf: 'stretch', height: MARK_HEIGHT * size }}>
      {/* As wide as what it marks, and no wider by itself. */}
      <View style={{ position: 'absolute', left: 0, right: 0 }}>
        <Mark kind={kind} height={MARK_HEIGHT * size} size={size} />
      </View>
    </View>
  );
}

/** Column by column, for the widths; the rows' heights are known. */
function TableView({ node, size }: PartOf<'table'>) {
  const rows = tableRows(node, size);
  const columns = Math.max(0, ...node.rows.map((row) => row.length));
  return (
    <View style={[LINE_UP, { gap: size * (node.align.includes('right') ? 0.2 : 0.9) }]}>
      {Array.from({ length: columns }, (_, column) => (
        <View key={column} style={{ gap: ROW_GAP * size, alignItems: FLEX_ALIGN[node.align[column] ?? 'center'], flexShrink: 0 }}>
          {rows.map((row, index) => {
            const cell = node.rows[index]?.[column];
            if (cell === undefined) return <View key={index} style={{ height: height(row) }} />;
            const marginTop = row.above - boxOf(cell, size, false).above;
            return (
              <View key={index} style={{ height: height(row) }}>
                <View style={{ marginTop, flexShrink: 0 }}>
                  <PartView node={cell} size={size} isDisplay={false} />
                </View>
              </View>
            );
          })}
        </View>
      ))}
    </View>
  );
}

const FLEX_ALIGN = { left: 'flex-start', center: 'center', right: 'flex-end' } as const;
const LINE_UP: ViewStyle = { flexDirection: 'row', alignItems: 'flex-start', flexShrink: 0 };
