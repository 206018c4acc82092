import type { ReactNode } from 'react';
import { Platform, Pressable, StyleSheet, type GestureResponderEvent, type StyleProp, type ViewStyle } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE } from '../theme/tokens.ts';
import { Icon, type IconName } from './icon.tsx';
import { Text } from './text.tsx';
import { webProps } from './web-props.ts';

interface LinkTarget {
  /** A path of this app; the browser shows it and can open it in another tab. */
  href: string;
  onPress(): void;
}

/** A link in words; with `isIconOnly` the words are its name alone. */
export function Link(props: LinkTarget & { label: string; icon?: IconName; isIconOnly?: boolean; isCentered?: boolean }) {
  const { label, href, onPress, icon, isIconOnly = false, isCentered = false } = props;
  return (
    <Pressable
      role="link"
      aria-label={label}
      onPress={followHere(onPress)}
      style={[styles.link, isCentered && styles.centered]}
      {...webProps({ href })}
    >
      {icon === undefined ? null : <Icon name={icon} size={isIconOnly ? 24 : 20} tone={isIconOnly ? 'ink' : 'accent'} />}
      {isIconOnly ? null : (
        <Text variant="label" tone="accent" style={styles.linkText}>
          {label}
        </Text>
      )}
    </Pressable>
  );
}

/**
 * A whole card that is one link. In the browser its texts are its name; on phones it is one element, named by `label`, with
 * `description` (state, progress) read after it.
 */
export function LinkCard(
  props: LinkTarget & { label: string; description: string; children: ReactNode; style?: StyleProp<ViewStyle> },
) {
  const { label, description, href, onPress, children, style } = props;
  const palette = usePalette();
  return (
    <Pressable
      role="link"
      onPress={followHere(onPress)}
      style={({ pressed }) => [
        styles.card,
        { backgroundColor: palette.surface, borderColor: palette.border },
        pressed && { backgroundColor: palette.sunken },
        style,
      ]}
      {...(Platform.OS === 'web' ? { href } : { 'aria-label': label, accessibilityValue: { text: description } })}
    >
      {children}
    </Pressable>
  );
}

/** Follows inside the app; with a modifier key the browser does what it always does (new tab, new window). */
function followHere(onPress: () => void): (event: GestureResponderEvent) => void {
  return (event) => {
    if (Platform.OS !== 'web') return onPress();
    const click = event as unknown as { metaKey?: boolean; ctrlKey?: boolean; shiftKey?: boolean; altKey?: boolean };
    if (click.metaKey === true || click.ctrlKey === true || click.shiftKey === true || click.altKey === true) return;
    event.preventDefault();
    onPress();
  };
}

const styles = StyleSheet.create({
  link: {
    minHeight: TARGET_MIN_SIZE,
    minWidth: TARGET_MIN_SIZE,
    justifyContent: 'center',
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    alignSelf: 'flex-start',
    paddingHorizontal: space.xs,
  },
  centered: { alignSelf: 'center' },
  linkText: { textDecorationLine: 'underline', flexShrink: 1 },
  card: { borderRadius: radius.l, borderWidth: 1, overflow: 'hidden' },
});
