import ar from '../../../locales/ar.json';
import { createI18n } from './i18n.ts';
import { LANGUAGES, pickLocale, type Language } from './languages.ts';
import { isolate, textDirection } from './text-direction.ts';

const inLanguage = (language: Language, tag: string = language) => createI18n({ language, tag });
const lessonsIn = (language: Language, tag?: string) => (count: number) =>
  inLanguage(language, tag).t('{count, plural, one {# lesson} other {# lessons}}', { count });

describe('[UI-4] counts take the form that the language has for them', () => {
  it.each([
    [0, 'لا دروس'],
    [1, 'درس واحد'],
    [2, 'درسان'],
    [3, '3 دروس'],
    [10, '10 دروس'],
    [11, '11 درسًا'],
    [99, '99 درسًا'],
    [100, '100 درس'],
    [103, '103 دروس'],
  ])('in Arabic %d: %s', (count, words) => expect(lessonsIn('ar')(count)).toBe(words));

  it('in Spanish, French and English', () => {
    expect([0, 1, 2].map(lessonsIn('es'))).toEqual(['0 lecciones', '1 lección', '2 lecciones']);
    expect([0, 1, 2].map(lessonsIn('fr'))).toEqual(['0 leçon', '1 leçon', '2 leçons']);
    expect([0, 1, 2].map(lessonsIn('en'))).toEqual(['0 lessons', '1 lesson', '2 lessons']);
  });
});

describe('[UI-4] numbers, sizes and moments are written as in the language', () => {
  const plain = (text: string) => text.replace(/[\u200e\u200f\u061c]/g, '').replace(/[\u00a0\u202f]/g, ' ');
  const NOON = Date.UTC(2026, 10, 24, 12);
  const MINUTE = 60_000;

  it.each([
    ['en', ['3.2 MB', '42%', '5 minutes ago'], 'November'],
    ['es', ['3,2 MB', '42 %', 'hace 5 minutos'], 'noviembre'],
    ['fr', ['3,2 Mo', '42 %', 'il y a 5 minutes'], 'novembre'],
    ['ar', ['3.2 م.ب', '42%', 'قبل 5 دقائق'], 'نوفمبر'],
  ] as const)('%s', (language, words, month) => {
    const i18n = inLanguage(language);
    expect([i18n.bytes(3_200_000), i18n.percent(0.42), i18n.moment(NOON - 5 * MINUTE, NOON)].map(plain)).toEqual(words);
    expect(i18n.moment(NOON - 3 * 24 * 60 * MINUTE, NOON)).toContain(month);
  });

  it('with the digits and signs of the region that the device names', () => {
    expect(lessonsIn('ar', 'ar-EG')(11)).toBe('١١ درسًا');
    expect(plain(inLanguage('ar', 'ar-EG').bytes(3_200_000))).toBe('٣٫٢ م.ب');
    expect(inLanguage('es', 'es-MX').number(1234.5)).toBe('1,234.5');
  });
});

describe('[UI-4] the language', () => {
  it.each([
    ['system', ['fr-CA', 'en'], { language: 'fr', tag: 'fr-CA' }],
    ['system', ['de-DE', 'es-MX'], { language: 'es', tag: 'es-MX' }],
    ['system', ['de-DE'], { language: 'en', tag: 'en' }],
    ['system', ['en_US.UTF-8', '', 'ar'], { language: 'ar', tag: 'ar' }],
    ['ar', ['en-GB', 'ar-EG'], { language: 'ar', tag: 'ar-EG' }],
    ['ar', ['en-GB'], { language: 'ar', tag: 'ar' }],
  ] as const)('is for the choice %s on a device with %j: %j', (choice, device, locale) =>
    expect(pickLocale(choice, device)).toEqual(locale),
  );

  it('has words for every message, and English where a catalogue should lack one', () => {
    expect(inLanguage('ar').t('Units')).toBe(ar.Units);
    expect(inLanguage('ar').t('A message of tomorrow')).toBe('A message of tomorrow');
    expect(LANGUAGES.map((language) => inLanguage(language).direction)).toEqual(['ltr', 'ltr', 'ltr', 'rtl']);
  });
});

describe('[UI-4] a text that is not the app’s', () => {
  it.each([
    ['First aid', 'ltr'],
    ['الإسعافات الأولية', 'rtl'],
    ['3. — Étoiles', 'ltr'],
    ['“مرحبا” means hello', 'rtl'],
    ['עברית', 'rtl'],
    ['Ночное небо', 'ltr'],
    ['水と安全', 'ltr'],
    ['𞤀𞤣𞤤𞤢𞤥', 'rtl'],
    ['12 : 30', null],
    ['', null],
  ])('runs as its first letter does: %j %s', (text, direction) => expect(textDirection(text)).toBe(direction));

  it('is kept apart in a sentence that runs the other way, and untouched in one that runs the same way', () => {
    expect(isolate('First aid', 'ltr')).toBe('First aid');
    expect(isolate('First aid', 'rtl')).toBe('\u2068First aid\u2069');
    expect(isolate('12', 'rtl')).toBe('12');
    expect(inLanguage('ar').t('Delete {title}', { title: inLanguage('ar').content('Water') })).toBe('حذف \u2068Water\u2069');
  });
});
