import type { ReactNode, Ref } from 'react';
import { Text as NativeText, type StyleProp, type TextStyle } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { type as typeScale, type Palette, type TextVariant } from '../theme/tokens.ts';

export type TextTone = 'ink' | 'muted' | 'accent' | 'success' | 'warning' | 'danger' | 'onAccent';

export interface TextProps {
  children: ReactNode;
  variant?: TextVariant;
  tone?: TextTone;
  align?: 'start' | 'center';
  /** Reads changes aloud: `polite` waits for a pause. */
  live?: 'polite' | 'assertive';
  /** For `aria-describedby` and the like. */
  id?: string;
  numberOfLines?: number;
  style?: StyleProp<TextStyle>;
}

export function Text({ children, variant = 'body', tone = 'ink', align, live, id, numberOfLines, style }: TextProps) {
  const palette = usePalette();
  return (
    <NativeText
      style={[typeScale[variant], { color: toneColor(palette, tone) }, align === 'center' && { textAlign: 'center' }, style]}
      {...(live !== undefined && { 'aria-live': live })}
      {...(id !== undefined && { id })}
      {...(numberOfLines !== undefined && { numberOfLines })}
    >
      {children}
    </NativeText>
  );
}

/** A heading for eyes and for screen readers: `level` is its place in the page's outline. */
export function Heading(props: Omit<TextProps, 'live'> & { level: 1 | 2 | 3 | 4; ref?: Ref<NativeText> }) {
  const { children, level, variant = HEADING_VARIANTS[level], tone = 'ink', align, id, numberOfLines, style, ref } = props;
  const palette = usePalette();
  return (
    <NativeText
      {...(ref !== undefined && { ref })}
      role="heading"
      {...{ 'aria-level': level }}
      style={[typeScale[variant], { color: toneColor(palette, tone) }, align === 'center' && { textAlign: 'center' }, style]}
      {...(id !== undefined && { id })}
      {...(numberOfLines !== undefined && { numberOfLines })}
    >
      {children}
    </NativeText>
  );
}
const HEADING_VARIANTS = { 1: 'title', 2: 'heading', 3: 'label', 4: 'smallStrong' } as const;

export function toneColor(palette: Palette, tone: TextTone): string {
  return palette[tone];
}
