import type { Direction, Language } from './languages.ts';

/** The page itself: what screen readers pronounce, where scroll bars stand, how `start` and `end` are understood. */
export function showLanguage(language: Language, direction: Direction): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}
