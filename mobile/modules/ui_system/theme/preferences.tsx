import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';

/** Small choices about how the app looks (theme, language, last tab). Not secrets, not work: losing one costs a tap. */
export type PreferenceKey = 'theme' | 'language' | 'units-tab' | 'audio-speed' | 'downloads-order';
export type Preferences = Partial<Record<PreferenceKey, string>>;
export const PREFERENCE_KEYS: readonly PreferenceKey[] = ['theme', 'language', 'units-tab', 'audio-speed', 'downloads-order'];

interface PreferencesValue {
  values: Preferences;
  set(key: PreferenceKey, value: string): void;
}
const PreferencesContext = createContext<PreferencesValue>({ values: {}, set: () => undefined });

/** `initial` is what was kept; `onChange` keeps one more. */
export function PreferencesProvider(props: {
  initial: Preferences;
  onChange(key: PreferenceKey, value: string): void;
  children: ReactNode;
}) {
  const { initial, onChange, children } = props;
  const [values, setValues] = useState(initial);
  const set = useCallback(
    (key: PreferenceKey, value: string) => {
      setValues((before) => ({ ...before, [key]: value }));
      onChange(key, value);
    },
    [onChange],
  );
  const value = useMemo(() => ({ values, set }), [values, set]);
  return <PreferencesContext value={value}>{children}</PreferencesContext>;
}

export function usePreference(key: PreferenceKey, fallback: string): [string, (value: string) => void] {
  const { values, set } = useContext(PreferencesContext);
  const change = useCallback((value: string) => set(key, value), [key, set]);
  return [values[key] ?? fallback, change];
}
