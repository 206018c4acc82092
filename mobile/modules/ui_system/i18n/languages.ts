/** The languages of the app's own words; units keep theirs. */
export const LANGUAGES = ['en', 'es', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type LanguageChoice = 'system' | Language;
export type Direction = 'ltr' | 'rtl';

/** As their speakers write them, in every language of the app: who cannot read the others must find their own. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  ar: 'العربية',
};

const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set(['ar']);

export function directionOf(language: Language): Direction {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

/** The language of the words, and the BCP 47 tag whose digits, dates and decimal signs go with them. */
export interface Locale {
  language: Language;
  tag: string;
}

/**
 * `deviceTags`: the device's languages, the most wanted first. For `system` it is the first of them that the app speaks, English where
 * it speaks none. The tag is the device's own for that language (`ar-EG`, `fr-CA`), so that numbers look as they do elsewhere on it.
 */
export function pickLocale(choice: LanguageChoice, deviceTags: readonly string[]): Locale {
  const spoken = deviceTags.flatMap((tag): Locale[] => {
    const language = LANGUAGES.find((known) => known === primaryLanguage(tag));
    return language === undefined || !isKnownToIntl(tag) ? [] : [{ language, tag }];
  });
  if (choice === 'system') return spoken[0] ?? { language: 'en', tag: 'en' };
  return spoken.find(({ language }) => language === choice) ?? { language: choice, tag: choice };
}

function primaryLanguage(tag: string): string | undefined {
  return tag.split('-')[0]?.toLowerCase();
}

/** A browser may be told anything; a malformed tag makes Intl throw. */
function isKnownToIntl(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
