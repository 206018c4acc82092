import type { ReactNode } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE, type Palette } from '../theme/tokens.ts';
import { Icon } from './icon.tsx';
import { useRovingFocus } from './roving.ts';
import { Text } from './text.tsx';
import { webProps, type KeyPress } from './web-props.ts';

export interface RadioOption<Value extends string> {
  value: Value;
  /** The words of the option and its accessible name. */
  label: string;
  /** After marking: `right` and `wrong` draw it so; the words beside it must say so too. */
  verdict?: 'right' | 'wrong';
  /** Shown under the label, for instance why an option is wrong. */
  note?: ReactNode;
}

/**
 * One choice of many. Arrow keys choose in the browser; with `isDeliberate` they only move, and Space chooses: for choices that take
 * something away, which nobody should pass over on the way to another. Once `isDisabled` (already answered) it can only be read.
 */
export function RadioGroup<Value extends string>(props: {
  label: string;
  options: readonly RadioOption<Value>[];
  value: Value | null;
  onChange(value: Value): void;
  isDisabled?: boolean;
  isDeliberate?: boolean;
  /** The options are a unit's own words and run as they do. */
  isContent?: boolean;
}) {
  const { label, options, value, onChange, isDisabled = false, isDeliberate = false, isContent = false } = props;
  const roving = useRovingFocus(
    options.map((option) => option.value),
    isDeliberate ? () => undefined : onChange,
  );
  const tabStop = value ?? options[0]?.value;
  return (
    <View role="radiogroup" aria-label={label} aria-disabled={isDisabled} style={styles.group}>
      {options.map((option) => (
        <RadioItem
          key={option.value}
          option={option}
          isChecked={option.value === value}
          isTabStop={option.value === tabStop}
          isDisabled={isDisabled}
          isContent={isContent}
          onChoose={() => onChange(option.value)}
          register={roving.register(option.value)}
          onKeyDown={roving.onKeyDown(option.value)}
        />
      ))}
    </View>
  );
}

function RadioItem<Value extends string>(props: {
  option: RadioOption<Value>;
  isChecked: boolean;
  isTabStop: boolean;
  isDisabled: boolean;
  isContent: boolean;
  onChoose(): void;
  register(element: View | null): void;
  onKeyDown(event: KeyPress): void;
}) {
  const { option, isChecked, isTabStop, isDisabled, isContent, onChoose, register, onKeyDown } = props;
  const palette = usePalette();
  const look = optionLook(palette, isChecked, option.verdict);
  const onKey = (event: KeyPress) => {
    if (event.key !== ' ') return onKeyDown(event);
    event.preventDefault();
    onChoose();
  };
  return (
    <View style={[styles.option, { backgroundColor: look.fill, borderColor: look.edge }]}>
      <Pressable
        ref={register}
        role="radio"
        aria-label={option.label}
        aria-checked={isChecked}
        aria-disabled={isDisabled}
        disabled={isDisabled}
        tabIndex={isTabStop && !isDisabled ? 0 : -1}
        onPress={onChoose}
        style={styles.press}
        {...(isDisabled ? {} : webProps({ onKeyDown: onKey }))}
      >
        <View aria-hidden style={[styles.ring, { borderColor: isChecked ? look.dot : palette.outline }]}>
          {isChecked ? <View style={[styles.dot, { backgroundColor: look.dot }]} /> : null}
        </View>
        <Text style={styles.label} {...(isContent && { dir: 'auto' as const })}>
          {option.label}
        </Text>
        {option.verdict === undefined ? null : (
          <Icon name={option.verdict} tone={option.verdict === 'right' ? 'success' : 'danger'} />
        )}
      </Pressable>
      {option.note === undefined ? null : <View style={styles.note}>{option.note}</View>}
    </View>
  );
}

function optionLook(palette: Palette, isChecked: boolean, verdict: 'right' | 'wrong' | undefined) {
  if (verdict === 'right') return { fill: palette.successSoft, edge: palette.success, dot: palette.success };
  if (verdict === 'wrong') return { fill: palette.dangerSoft, edge: palette.danger, dot: palette.danger };
  if (isChecked) return { fill: palette.accentSoft, edge: palette.accent, dot: palette.accent };
  return { fill: palette.surface, edge: palette.border, dot: palette.accent };
}

const styles = StyleSheet.create({
  group: { gap: space.m },
  option: { borderRadius: radius.m, borderWidth: 1.5 },
  press: {
    minHeight: TARGET_MIN_SIZE + 8,
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.l,
    borderRadius: radius.m,
  },
  ring: { width: 22, height: 22, borderRadius: 11, borderWidth: 2, alignItems: 'center', justifyContent: 'center' },
  dot: { width: 11, height: 11, borderRadius: 6 },
  label: { flex: 1 },
  note: { paddingHorizontal: space.l, paddingBottom: space.l, paddingStart: space.l + 22 + space.m },
});
