import type { ReactNode } from 'react';
import { StyleSheet, View, type StyleProp, type ViewStyle } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, type Palette } from '../theme/tokens.ts';
import { Icon, type IconName } from './icon.tsx';
import { Scene, type SceneName } from './scene.tsx';
import { Heading, Text, type TextTone } from './text.tsx';

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger';

export function Card({ children, style }: { children: ReactNode; style?: StyleProp<ViewStyle> }) {
  const palette = usePalette();
  return <View style={[styles.card, { backgroundColor: palette.surface, borderColor: palette.border }, style]}>{children}</View>;
}

/** A word or two about state. The words carry it; colour and drawing only help. With `isLive` a change is read aloud. */
export function Badge(props: { label: string; tone?: Tone; icon?: IconName; isLive?: boolean }) {
  const { label, tone = 'neutral', icon, isLive = false } = props;
  const palette = usePalette();
  const look = toneLook(palette, tone);
  return (
    <View style={[styles.badge, { backgroundColor: look.fill }]}>
      {icon === undefined ? null : <Icon name={icon} size={16} tone={look.tone} />}
      <Text variant="smallStrong" tone={look.tone} {...(isLive && { live: 'polite' as const })}>
        {label}
      </Text>
    </View>
  );
}

/** A message that concerns the whole screen; read aloud when it appears (at once when it is a `danger`). */
export function Banner(props: { text: string; tone?: Tone; icon?: IconName; children?: ReactNode }) {
  const { text, tone = 'neutral', icon, children } = props;
  const palette = usePalette();
  const look = toneLook(palette, tone);
  return (
    <View style={[styles.banner, { backgroundColor: look.fill }]}>
      <View style={styles.bannerLine} role={tone === 'danger' ? 'alert' : 'status'}>
        {icon === undefined ? null : <Icon name={icon} size={20} tone={look.tone} />}
        <Text tone={look.tone} style={styles.bannerText}>
          {text}
        </Text>
      </View>
      {children}
    </View>
  );
}

/** Nothing to show, with a drawing of why, and what can be done about it. */
export function EmptyState(props: { icon: IconName; title: string; text: string; children?: ReactNode }) {
  const { icon, title, text, children } = props;
  return (
    <View style={styles.empty}>
      <Scene name={SCENES[icon] ?? 'bag'} />
      <Heading level={2} align="center">
        {title}
      </Heading>
      <Text tone="muted" align="center" style={styles.emptyText}>
        {text}
      </Text>
      {children}
    </View>
  );
}

const SCENES: Partial<Record<IconName, SceneName>> = {
  offline: 'cloud',
  search: 'lens',
  alert: 'signpost',
  refresh: 'signpost',
  book: 'book',
  right: 'flag',
};

function toneLook(palette: Palette, tone: Tone): { fill: string; tone: TextTone } {
  switch (tone) {
    case 'neutral':
      return { fill: palette.sunken, tone: 'ink' };
    case 'accent':
      return { fill: palette.accentSoft, tone: palette.isDark ? 'accent' : 'ink' };
    case 'success':
      return { fill: palette.successSoft, tone: 'success' };
    case 'warning':
      return { fill: palette.warningSoft, tone: 'warning' };
    case 'danger':
      return { fill: palette.dangerSoft, tone: 'danger' };
  }
}

const styles = StyleSheet.create({
  card: { borderRadius: radius.l, borderWidth: 1, padding: space.l, gap: space.m },
  badge: {
    flexDirection: 'row',
    alignItems: 'center',
    alignSelf: 'flex-start',
    gap: space.xs,
    paddingHorizontal: space.m - 2,
    paddingVertical: space.xs,
    borderRadius: radius.pill,
  },
  /** What can be done stands beside the words, and below them where there is no room. */
  banner: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    borderRadius: radius.m,
    padding: space.l,
    gap: space.m,
  },
  bannerLine: { flexGrow: 1, flexShrink: 1, flexBasis: 240, flexDirection: 'row', alignItems: 'center', gap: space.m },
  bannerText: { flex: 1 },
  empty: { alignItems: 'center', gap: space.m, paddingVertical: space.xl, paddingHorizontal: space.l },
  emptyText: { maxWidth: 420 },
});
