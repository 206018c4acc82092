import { useEffect, useMemo, useRef } from 'react';
import { AccessibilityInfo, ScrollView, StyleSheet, View } from 'react-native';
import { Text, radius, space, useI18n, usePalette } from '../../ui_system/public.ts';
import { paragraphsOf, spokenParagraph } from './transcript-places.ts';

/** What is spoken. While it is, the paragraph that one hears stands out and stays in sight. `share`: how much has been heard, 0 to 1. */
export function Transcript({ text, share, isPlaying }: { text: string; share: number; isPlaying: boolean }) {
  const palette = usePalette();
  const i18n = useI18n();
  const paragraphs = useMemo(() => paragraphsOf(text), [text]);
  const spoken = spokenParagraph(paragraphs, share);
  const { scroll, tops } = useFollowing(isPlaying ? spoken : null);
  return (
    <ScrollView
      ref={scroll}
      role="region"
      aria-label={i18n.t('Transcript')}
      tabIndex={0}
      style={[styles.transcript, { backgroundColor: palette.sunken }]}
      contentContainerStyle={styles.paragraphs}
    >
      {paragraphs.map((paragraph, index) => (
        <View
          key={index}
          aria-current={index === spoken}
          onLayout={({ nativeEvent }) => tops.current.set(index, nativeEvent.layout.y)}
          style={[styles.paragraph, index === spoken && { backgroundColor: palette.accentSoft }]}
        >
          <Text dir="auto">{paragraph}</Text>
        </View>
      ))}
    </ScrollView>
  );
}

/** Between a paragraph and the upper edge: a line of the one before it. */
const ABOVE = 32;

function useFollowing(spoken: number | null) {
  const scroll = useRef<ScrollView>(null);
  const tops = useRef(new Map<number, number>());
  useEffect(() => {
    if (spoken === null) return undefined;
    let isCurrent = true;
    void AccessibilityInfo.isReduceMotionEnabled().then((isStill) => {
      const top = tops.current.get(spoken);
      if (isCurrent && top !== undefined) scroll.current?.scrollTo({ y: Math.max(0, top - ABOVE), animated: !isStill });
    });
    return () => {
      isCurrent = false;
    };
  }, [spoken]);
  return { scroll, tops };
}

const styles = StyleSheet.create({
  transcript: { maxHeight: 240, borderRadius: radius.m, marginBottom: space.s },
  paragraphs: { padding: space.s, gap: space.xs },
  paragraph: { paddingHorizontal: space.s, paddingVertical: space.s, borderRadius: radius.s },
});
