import { useId, useRef, useState } from 'react';
import { StyleSheet, TextInput, View, type TextInputProps } from 'react-native';
import { useI18n } from '../i18n/language-provider.tsx';
import { usePalette } from '../theme/theme.tsx';
import { radius, space, TARGET_MIN_SIZE, type as typeScale } from '../theme/tokens.ts';
import { Icon, type IconName } from './icon.tsx';
import { Text } from './text.tsx';
import { webProps } from './web-props.ts';

export interface TextFieldProps {
  /** Shown above the field, and its accessible name. */
  label: string;
  value: string;
  onChangeText(value: string): void;
  /** What is wrong, in words; read aloud when it appears and tied to the field. */
  error?: string | null;
  hint?: string;
  kind?: 'text' | 'email' | 'password' | 'new-password' | 'name' | 'search';
  icon?: IconName;
  /** The label is the field's name alone, not shown (search). */
  isLabelHidden?: boolean;
  isDisabled?: boolean;
  onSubmit?(): void;
}

export function TextField(props: TextFieldProps) {
  const {
    label,
    value,
    onChangeText,
    error = null,
    hint,
    kind = 'text',
    icon,
    isLabelHidden = false,
    isDisabled = false,
  } = props;
  const palette = usePalette();
  const { direction } = useI18n();
  const noteId = useId();
  const input = useRef<TextInput>(null);
  const [isFocused, setIsFocused] = useState(false);
  const note = error ?? hint ?? null;
  const edge = error !== null ? palette.danger : isFocused ? palette.accent : palette.outline;
  return (
    <View style={styles.field}>
      {isLabelHidden ? null : (
        <View aria-hidden onStartShouldSetResponder={() => (input.current?.focus(), false)}>
          <Text variant="label">{label}</Text>
        </View>
      )}
      <View
        style={[
          styles.box,
          { backgroundColor: palette.surface, borderColor: edge },
          isFocused && [styles.focused, { outlineColor: edge }],
        ]}
      >
        {icon === undefined ? null : <Icon name={icon} size={20} tone="muted" />}
        <TextInput
          ref={input}
          aria-label={label}
          value={value}
          onChangeText={onChangeText}
          editable={!isDisabled}
          onFocus={() => setIsFocused(true)}
          onBlur={() => setIsFocused(false)}
          onSubmitEditing={() => props.onSubmit?.()}
          submitBehavior="submit"
          placeholderTextColor={palette.muted}
          selectionColor={palette.accent}
          style={[styles.input, typeScale.body, { color: palette.ink }]}
          {...INPUT_KINDS[kind]}
          {...(isLabelHidden && { placeholder: label })}
          // What is typed runs as it does; an empty field as its placeholder.
          {...webProps({ dir: value === '' ? direction : 'auto' })}
          {...webProps({ 'aria-invalid': error !== null, ...(note !== null && { 'aria-describedby': noteId }) })}
        />
      </View>
      {note === null ? null : (
        <View id={noteId} {...(error !== null && { role: 'alert' as const })}>
          <Text variant="small" tone={error === null ? 'muted' : 'danger'}>
            {note}
          </Text>
        </View>
      )}
    </View>
  );
}

const plain = { autoCapitalize: 'none', autoCorrect: false } as const;
const INPUT_KINDS: Record<NonNullable<TextFieldProps['kind']>, TextInputProps> = {
  text: { autoComplete: 'off' },
  email: { ...plain, autoComplete: 'email', inputMode: 'email', keyboardType: 'email-address', textContentType: 'emailAddress' },
  password: { ...plain, autoComplete: 'current-password', secureTextEntry: true, textContentType: 'password' },
  'new-password': { ...plain, autoComplete: 'new-password', secureTextEntry: true, textContentType: 'newPassword' },
  name: { autoComplete: 'name', autoCapitalize: 'words', textContentType: 'name' },
  search: { ...plain, autoComplete: 'off', inputMode: 'search', enterKeyHint: 'search' },
};

const styles = StyleSheet.create({
  field: { gap: space.xs + 2, alignSelf: 'stretch' },
  box: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: TARGET_MIN_SIZE,
    borderWidth: 1.5,
    borderRadius: radius.m,
    paddingHorizontal: space.l,
  },
  focused: { outlineStyle: 'solid', outlineWidth: 2 },
  input: { flex: 1, minWidth: 0, minHeight: TARGET_MIN_SIZE - 4, paddingVertical: space.s },
});
