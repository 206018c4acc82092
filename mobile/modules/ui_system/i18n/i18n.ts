import { setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import ar from '../../../locales/ar.json';
import es from '../../../locales/es.json';
import fr from '../../../locales/fr.json';
import { directionOf, type Direction, type Language, type Locale } from './languages.ts';
import { isolate } from './text-direction.ts';

/** The app's words, numbers and moments in one language. `mobile/scripts/messages.ts` finds messages by the calls `i18n.t('…')`. */
export interface I18n {
  language: Language;
  direction: Direction;
  /** `message` is the English text in ICU MessageFormat, written out where it is used; it is the key of the catalogues. */
  t(message: string, values?: Readonly<Record<string, string | number>>): string;
  number(value: number): string;
  /** "42%" of 0.42; whole percents. */
  percent(share: number): string;
  /** "3.2 MB". Decimal units, as phones and browsers show them. */
  bytes(count: number): string;
  /** "6 min" of a length in seconds; at least one. */
  duration(seconds: number): string;
  /** "just now", "5 minutes ago", then the date. A moment in the future (a clock that was set back) is "just now". Epoch milliseconds. */
  moment(at: number, now: number): string;
  /** Words that are not the app's (a title, a name) for a place inside a message. */
  content(words: string): string;
}

export type Catalogue = Readonly<Record<string, string>>;
/** English is in the code. */
const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: {}, es, fr, ar };

export function createI18n({ language, tag }: Locale): I18n {
  const direction = directionOf(language);
  const lingui = setupI18n({ locale: language, locales: [tag, language], messages: { [language]: { ...CATALOGUES[language] } } });
  lingui.setMessagesCompiler(compileOnce());
  const t: I18n['t'] = (message, values) => lingui.t(message, values);
  const formats = createFormats([tag, language]);
  const i18n: I18n = {
    language,
    direction,
    t,
    number: formats.number,
    percent: formats.percent,
    bytes: (count) => bytesWords(i18n, count),
    duration: (seconds) => i18n.t('{minutes} min', { minutes: formats.number(Math.max(1, Math.round(seconds / 60))) }),
    moment: (at, now) => momentWords(i18n, at, now) ?? formats.dateAndTime(at),
    content: (words) => isolate(words, direction),
  };
  return i18n;
}

/** Messages are compiled when they are first said; a screen says a few dozen of them. */
function compileOnce(): typeof compileMessage {
  const compiled = new Map<string, ReturnType<typeof compileMessage>>();
  return (message) => {
    const known = compiled.get(message);
    if (known !== undefined) return known;
    const made = compileMessage(message);
    compiled.set(message, made);
    return made;
  };
}

function createFormats(tags: readonly string[]) {
  const locales = [...tags];
  const number = new Intl.NumberFormat(locales);
  const percent = new Intl.NumberFormat(locales, { style: 'percent', maximumFractionDigits: 0 });
  const dateAndTime = new Intl.DateTimeFormat(locales, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
  return {
    number: (value: number) => number.format(value),
    percent: (share: number) => percent.format(share),
    dateAndTime: (at: number) => dateAndTime.format(at),
  };
}

const KB = 1000;
const MB = KB * KB;
const GB = KB * MB;

/** The units are words of the catalogues: Intl has them too, but Hermes not on every phone. */
function bytesWords(i18n: I18n, count: number): string {
  if (count < KB) return i18n.t('{amount} B', { amount: i18n.number(count) });
  if (count < MB) return i18n.t('{amount} kB', { amount: i18n.number(Math.round(count / KB)) });
  if (count < GB) return i18n.t('{amount} MB', { amount: i18n.number(toTenths(count / MB)) });
  return i18n.t('{amount} GB', { amount: i18n.number(toTenths(count / GB)) });
}

function toTenths(value: number): number {
  return Math.round(value * 10) / 10;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Null when it is so long ago that a date says more. */
function momentWords(i18n: I18n, at: number, now: number): string | null {
  const age = now - at;
  if (age < MINUTE_MS) return i18n.t('just now');
  if (age < HOUR_MS) {
    const count = Math.floor(age / MINUTE_MS);
    return i18n.t('{count, plural, one {# minute ago} other {# minutes ago}}', { count });
  }
  if (age < DAY_MS) {
    const count = Math.floor(age / HOUR_MS);
    return i18n.t('{count, plural, one {# hour ago} other {# hours ago}}', { count });
  }
  return null;
}
