import { useId } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE } from '../theme/tokens.ts';
import { Text } from './text.tsx';
import { webProps, type KeyPress } from './web-props.ts';

/** On or off, at once. `label` is its accessible name; `note` says below it what it means, and is read after it. */
export function Switch(props: { label: string; note?: string; isOn: boolean; onChange(isOn: boolean): void }) {
  const { label, note, isOn, onChange } = props;
  const palette = usePalette();
  const noteId = useId();
  const onKeyDown = (event: KeyPress) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    onChange(!isOn);
  };
  return (
    <Pressable
      role="switch"
      aria-label={label}
      {...(note !== undefined && { accessibilityHint: note })}
      aria-checked={isOn}
      onPress={() => onChange(!isOn)}
      style={styles.row}
      {...webProps({ onKeyDown, ...(note !== undefined && { 'aria-describedby': noteId }) })}
    >
      <View style={styles.words}>
        <Text variant="label">{label}</Text>
        {note === undefined ? null : (
          <Text id={noteId} variant="small" tone="muted">
            {note}
          </Text>
        )}
      </View>
      <View
        aria-hidden
        style={[
          styles.track,
          isOn ? styles.on : styles.off,
          { borderColor: isOn ? palette.accent : palette.outline, backgroundColor: isOn ? palette.accent : palette.sunken },
        ]}
      >
        <View style={[styles.knob, { backgroundColor: isOn ? palette.onAccent : palette.outline }]} />
      </View>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  row: { minHeight: TARGET_MIN_SIZE, flexDirection: 'row', alignItems: 'center', gap: space.l },
  words: { flex: 1, gap: space.xs },
  track: {
    width: 52,
    height: 32,
    padding: 3,
    borderWidth: 2,
    borderRadius: radius.pill,
    flexDirection: 'row',
    alignItems: 'center',
  },
  on: { justifyContent: 'flex-end' },
  off: { justifyContent: 'flex-start' },
  knob: { width: 20, height: 20, borderRadius: 10 },
});
