import { useRef } from 'react';
import { ActivityIndicator, Pressable, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE, type Palette } from '../theme/tokens.ts';
import { Icon, type IconName } from './icon.tsx';
import { useKeepFocus } from './keep-focus';
import { Text, type TextTone } from './text.tsx';

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';

export interface ButtonProps {
  /** The words on it, and its accessible name unless `name` says more. */
  label: string;
  /** Longer name for lists of like buttons; begins with the label, so that voice control finds it (WCAG 2.5.3). */
  name?: string;
  onPress(): void;
  kind?: ButtonKind;
  icon?: IconName;
  /** What it was pressed for is under way: it cannot be pressed again and says that it is busy. */
  isBusy?: boolean;
  isDisabled?: boolean;
  /** For disclosure buttons: whether what it opens is open. */
  isExpanded?: boolean;
  /** Fills the line. */
  isWide?: boolean;
  /** For headers, where room is scarce; as high as any other. */
  isCompact?: boolean;
}

export function Button(props: ButtonProps) {
  const { label, name = label, onPress, kind = 'primary', icon, isBusy = false, isDisabled = false, isExpanded } = props;
  const { isWide = false, isCompact = false } = props;
  const palette = usePalette();
  const cannotPress = isBusy || isDisabled;
  const look = buttonLook(palette, kind);
  return (
    <Pressable
      role="button"
      aria-label={name}
      aria-busy={isBusy}
      // Not while it is busy: a browser takes the focus from a disabled button, and a dialog that comes of it has nowhere to return it to.
      aria-disabled={isDisabled}
      disabled={isDisabled}
      {...(isExpanded !== undefined && { 'aria-expanded': isExpanded })}
      onPress={() => cannotPress || onPress()}
      style={({ pressed }) => [
        styles.button,
        { backgroundColor: look.fill, borderColor: look.edge },
        isWide && styles.wide,
        isCompact && styles.compact,
        pressed && styles.pressed,
        isDisabled && styles.disabled,
      ]}
    >
      {isBusy ? <ActivityIndicator size="small" color={palette[look.tone]} aria-hidden /> : null}
      {icon !== undefined && !isBusy ? <Icon name={icon} size={20} tone={look.tone} /> : null}
      <Text variant="label" tone={look.tone} align="center" style={styles.label}>
        {label}
      </Text>
    </Pressable>
  );
}

/** A round button with a drawing alone; the label is what screen readers and voice control know it by. */
export function IconButton(props: { label: string; icon: IconName; onPress(): void; isDisabled?: boolean; tone?: TextTone }) {
  const { label, icon, onPress, isDisabled = false, tone = 'ink' } = props;
  const palette = usePalette();
  return (
    <Pressable
      role="button"
      aria-label={label}
      aria-disabled={isDisabled}
      disabled={isDisabled}
      onPress={onPress}
      style={({ pressed }) => [styles.iconButton, pressed && { backgroundColor: palette.sunken }, isDisabled && styles.disabled]}
    >
      <Icon name={icon} tone={tone} />
    </Pressable>
  );
}

/** Buttons that belong together; they wrap where the line is too short for them, and keep the focus when one replaces another. */
export function ButtonRow({ children }: { children: React.ReactNode }) {
  const row = useRef<View>(null);
  useKeepFocus(row);
  return (
    <View ref={row} style={styles.row}>
      {children}
    </View>
  );
}

function buttonLook(palette: Palette, kind: ButtonKind): { fill: string; edge: string; tone: TextTone } {
  switch (kind) {
    case 'primary':
      return { fill: palette.accent, edge: palette.accent, tone: 'onAccent' };
    case 'secondary':
      return { fill: palette.surface, edge: palette.outline, tone: 'ink' };
    case 'quiet':
      return { fill: 'transparent', edge: 'transparent', tone: 'accent' };
    case 'danger':
      return { fill: palette.surface, edge: palette.danger, tone: 'danger' };
  }
}

const styles = StyleSheet.create({
  button: {
    minHeight: TARGET_MIN_SIZE,
    paddingHorizontal: space.xl,
    paddingVertical: space.s,
    borderRadius: radius.pill,
    borderWidth: 1.5,
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
    // In a row it would be as wide as its words are on one line, which large ones have no room for.
    maxWidth: '100%',
  },
  compact: { paddingHorizontal: space.l },
  wide: { alignSelf: 'stretch' },
  label: { flexShrink: 1 },
  pressed: { opacity: 0.8 },
  disabled: { opacity: 0.55 },
  iconButton: {
    width: TARGET_MIN_SIZE,
    height: TARGET_MIN_SIZE,
    borderRadius: radius.pill,
    alignItems: 'center',
    justifyContent: 'center',
  },
  // In a row of its parent it would be as wide as all its buttons, and those that do not fit would be off the screen.
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m, maxWidth: '100%' },
});
