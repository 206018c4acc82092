import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { useColorScheme } from 'react-native';
import { usePreference } from './preferences.tsx';
import { darkPalette, lightPalette, type Palette } from './tokens.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

interface ThemeValue {
  palette: Palette;
  choice: ThemeChoice;
  setChoice(choice: ThemeChoice): void;
}
const ThemeContext = createContext<ThemeValue | null>(null);

/** Colours for all that is below; the reader's choice is a preference and outlives the app. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const system = useColorScheme();
  const [stored, setChoice] = usePreference('theme', 'system');
  const choice = CHOICES.find((known) => known === stored) ?? 'system';
  const isDark = choice === 'dark' || (choice === 'system' && system === 'dark');
  const value = useMemo(() => ({ palette: isDark ? darkPalette : lightPalette, choice, setChoice }), [isDark, choice, setChoice]);
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

/** The colours in force. Outside a provider (an error above it): light. */
export function usePalette(): Palette {
  return useContext(ThemeContext)?.palette ?? lightPalette;
}

export function useThemeChoice(): [ThemeChoice, (choice: ThemeChoice) => void] {
  const theme = useContext(ThemeContext);
  if (theme === null) throw new Error('useThemeChoice needs a ThemeProvider above it');
  return [theme.choice, theme.setChoice];
}
