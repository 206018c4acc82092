import { Platform } from 'react-native';
import { points } from './text-size';

/** Paper, ink and one accent (the rust of a canvas bag's leather). Every pair that carries text is at least 4.5 : 1 (WCAG 2.2 AA). */
export interface Palette {
  isDark: boolean;
  background: string;
  surface: string;
  /** Fields, tracks and quiet fills. */
  sunken: string;
  ink: string;
  /** Second voice: captions, meta lines. */
  muted: string;
  border: string;
  /** Edge of controls, 3 : 1 against what is around it. */
  outline: string;
  accent: string;
  onAccent: string;
  accentSoft: string;
  success: string;
  successSoft: string;
  warning: string;
  warningSoft: string;
  danger: string;
  dangerSoft: string;
  scrim: string;
}

export const lightPalette: Palette = {
  isDark: false,
  background: '#faf5ec',
  surface: '#fffdf9',
  sunken: '#f1e9db',
  ink: '#2a241c',
  muted: '#665c4d',
  border: '#e5dac7',
  outline: '#8f8370',
  accent: '#a8431c',
  onAccent: '#ffffff',
  accentSoft: '#f9e3d7',
  success: '#2b6339',
  successSoft: '#e0eedd',
  warning: '#74500a',
  warningSoft: '#f8eac5',
  danger: '#a3242c',
  dangerSoft: '#fae0dd',
  scrim: 'rgba(32, 25, 16, 0.5)',
};

export const darkPalette: Palette = {
  isDark: true,
  background: '#1a1612',
  surface: '#25201a',
  sunken: '#312a22',
  ink: '#f4ecdf',
  muted: '#bdb09d',
  border: '#3e362c',
  outline: '#85796a',
  accent: '#f2a07a',
  onAccent: '#33130a',
  accentSoft: '#4a2a1c',
  success: '#9ed3a6',
  successSoft: '#223a28',
  warning: '#ecc670',
  warningSoft: '#40320f',
  danger: '#f7a9a2',
  dangerSoft: '#4d2321',
  scrim: 'rgba(0, 0, 0, 0.65)',
};

/** Steps of 4 px. */
export const space = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 32, xxxl: 48 } as const;
export const radius = { s: 8, m: 14, l: 20, pill: 999 } as const;

/** A readable column; wide windows get margins, not longer lines. */
export const COLUMN_MAX_WIDTH = 720;
/** For grids of cards, and two columns beside each other. */
export const WIDE_COLUMN_MAX_WIDTH = 1120;
/** From here on two columns stand beside each other. */
export const TWO_COLUMNS_MIN_WIDTH = 960;
/** Smallest edge of anything that is pressed (WCAG 2.5.5). */
export const TARGET_MIN_SIZE = 48;

const serif = Platform.select({
  web: '"Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Charter, Georgia, "Liberation Serif", serif',
  ios: 'Georgia',
  default: 'serif',
});
const sans = Platform.select({
  web: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  ios: 'System',
  default: 'sans-serif',
});

/** Of what is read at length, at the reader's standard text size; for what is drawn beside it. */
export const READING_SIZE = 18;

/** Sizes at the reader's standard text size; they grow with it, on phones and in browsers. */
export const type = {
  display: { fontFamily: serif, ...lines(34, 42), fontWeight: '700', letterSpacing: -0.4 },
  title: { fontFamily: serif, ...lines(26, 33), fontWeight: '700', letterSpacing: -0.2 },
  heading: { fontFamily: serif, ...lines(20, 27), fontWeight: '700' },
  reading: { fontFamily: serif, ...lines(READING_SIZE, 29), fontWeight: '400' },
  body: { fontFamily: sans, ...lines(16, 24), fontWeight: '400' },
  label: { fontFamily: sans, ...lines(16, 22), fontWeight: '600' },
  small: { fontFamily: sans, ...lines(14, 20), fontWeight: '400' },
  smallStrong: { fontFamily: sans, ...lines(14, 20), fontWeight: '600' },
} as const;
export type TextVariant = keyof typeof type;

function lines(size: number, height: number) {
  return { fontSize: points(size), lineHeight: points(height) };
}
