import type { ReactNode, Ref } from 'react';
import { Platform, Text as NativeText, type StyleProp, type TextStyle } from 'react-native';
import { useI18n } from '../i18n/language-provider.tsx';
import type { Direction } from '../i18n/languages.ts';
import { textDirection } from '../i18n/text-direction.ts';
import { usePalette } from '../theme/theme.tsx';
import { type as typeScale, type Palette, type TextVariant } from '../theme/tokens.ts';
import { webProps } from './web-props.ts';

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
  /** `auto`: words that are not the app's (a unit's, a person's) run as they do. Absent: as the app's language does. */
  dir?: Direction | 'auto';
  style?: StyleProp<TextStyle>;
}

export function Text({ children, variant = 'body', tone = 'ink', align, live, id, numberOfLines, dir, style }: TextProps) {
  const palette = usePalette();
  const way = useWay(children, dir);
  return (
    <NativeText
      style={[
        SHRINKABLE,
        typeScale[variant],
        { color: toneColor(palette, tone) },
        align === 'center' && { textAlign: 'center' },
        way.style,
        style,
      ]}
      {...way.props}
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
  const { children, level, variant = HEADING_VARIANTS[level], tone = 'ink', align, id, numberOfLines, dir, style, ref } = props;
  const palette = usePalette();
  const way = useWay(children, dir);
  return (
    <NativeText
      {...(ref !== undefined && { ref })}
      role="heading"
      {...{ 'aria-level': level }}
      style={[
        SHRINKABLE,
        typeScale[variant],
        { color: toneColor(palette, tone) },
        align === 'center' && { textAlign: 'center' },
        way.style,
        style,
      ]}
      {...way.props}
      {...(id !== undefined && { id })}
      {...(numberOfLines !== undefined && { numberOfLines })}
    >
      {children}
    </NativeText>
  );
}
/** In a row a browser would not let it be narrower than its longest word, which then stands outside; phones break the word. */
const SHRINKABLE: TextStyle = { minWidth: 0 };
const HEADING_VARIANTS = { 1: 'title', 2: 'heading', 3: 'label', 4: 'smallStrong' } as const;

/** A browser reads the direction from the words itself; phones are told it. */
function useWay(children: ReactNode, dir: TextProps['dir']): { style: TextStyle | null; props: object } {
  const { direction } = useI18n();
  if (Platform.OS === 'web') return { style: null, props: webProps({ dir: dir ?? direction }) };
  const words = dir === 'auto' && typeof children === 'string' ? textDirection(children) : null;
  return { style: { writingDirection: words ?? (dir === 'auto' ? 'auto' : (dir ?? direction)) }, props: {} };
}

export function toneColor(palette: Palette, tone: TextTone): string {
  return palette[tone];
}
