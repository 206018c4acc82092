import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Platform, StyleSheet, Text as NativeText, View } from 'react-native';
import { READING_SIZE, Text, useI18n, usePalette, useTextScale, webProps } from '../../../ui_system/public.ts';
import type { Inline } from '../markdown-tree.ts';
import { PushAside } from '../push-aside.tsx';
import { loadTypesetter } from './load-typesetter.ts';
import { AXIS, boxOf } from './math-box.ts';
import type { MathNode } from './math-tree.ts';
import { MathView } from './math-view.tsx';
import { mathWords } from './math-words.ts';
import { typeset } from './typeset.ts';

/** A formula on a line of its own. One that is wider than the screen can be pushed aside. */
export function DisplayFormula({ tex }: { tex: string }) {
  const node = useFormula(tex, true);
  const i18n = useI18n();
  const size = useLetterSize(1.1);
  if (node === null) return <Source tex={tex} />;
  return (
    <PushAside role="math" accessible aria-label={mathWords(i18n, node)} contentContainerStyle={styles.display}>
      <View aria-hidden>
        <MathView node={node} size={size} isDisplay />
      </View>
    </PushAside>
  );
}

/** A formula within a line of text, its axis on that of the letters around it. */
export function InlineFormula({ tex }: { tex: string }) {
  const node = useFormula(tex, false);
  const palette = usePalette();
  const i18n = useI18n();
  const size = useLetterSize(1);
  if (node === null) return <NativeText style={[styles.source, { backgroundColor: palette.sunken }]}>{tex}</NativeText>;
  const { above, below } = boxOf(node, size, false);
  const half = Math.max(above - AXIS * size, below + AXIS * size);
  const place = { paddingTop: half + AXIS * size - above, paddingBottom: half - AXIS * size - below };
  return (
    <View
      role="math"
      accessible
      aria-label={mathWords(i18n, node)}
      style={[place, Platform.OS === 'web' ? MIDDLE : { transform: [{ translateY: half - AXIS * size }] }]}
    >
      <View aria-hidden>
        <MathView node={node} size={size} isDisplay={false} />
      </View>
    </View>
  );
}

function Source({ tex }: { tex: string }) {
  const palette = usePalette();
  return (
    <View style={[styles.sourceBlock, { backgroundColor: palette.sunken }]}>
      <Text variant="small" dir="ltr" style={styles.source}>
        {tex}
      </Text>
    </View>
  );
}

/** Letters grow with the reader's text size, and with them everything that is placed by them. */
function useLetterSize(scale: number): number {
  return READING_SIZE * scale * useTextScale();
}

/** Null while the typesetter is being loaded, and for what it cannot read or this app cannot draw. */
function useFormula(tex: string, isDisplay: boolean): MathNode | null {
  const katex = useTypesetter(true);
  return useMemo(() => (katex === undefined ? null : typeset(katex, tex, isDisplay)), [katex, tex, isDisplay]);
}

function useTypesetter(isNeeded: boolean) {
  const { data } = useQuery({
    queryKey: ['learning_session', 'typesetter'],
    queryFn: loadTypesetter,
    enabled: isNeeded,
    networkMode: 'always',
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  });
  return data;
}

/**
 * A line of text with formulas in it, as phones read it out: their text takes views in, but says nothing of them. Null where the line
 * speaks for itself, and in the browser.
 */
export function useSpokenLine(parts: readonly Inline[]): string | null {
  const i18n = useI18n();
  const isNeeded = Platform.OS !== 'web' && hasFormula(parts);
  const katex = useTypesetter(isNeeded);
  if (!isNeeded) return null;
  return spokenLine(parts, (tex) => {
    const node = katex === undefined ? null : typeset(katex, tex, false);
    return node === null ? tex : mathWords(i18n, node);
  });
}

const hasFormula = (parts: readonly Inline[]): boolean =>
  parts.some((part) => part.kind === 'formula' || ('children' in part && hasFormula(part.children)));

function spokenLine(parts: readonly Inline[], read: (tex: string) => string): string {
  return parts
    .map((part) => {
      if (part.kind === 'formula') return read(part.tex);
      return 'text' in part ? part.text : 'children' in part ? spokenLine(part.children, read) : ' ';
    })
    .join('');
}

const MIDDLE = webProps({ verticalAlign: 'middle' });

const styles = StyleSheet.create({
  display: { flexGrow: 1, justifyContent: 'center', alignItems: 'center', paddingVertical: 4 },
  source: { fontFamily: 'monospace', fontSize: 15 },
  sourceBlock: { borderRadius: 8, padding: 16 },
});
