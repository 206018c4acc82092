import { transformSync } from '@babel/core';
import extractMessages from '@lingui/babel-plugin-extract-messages';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

/** English text in ICU MessageFormat → the same in another language; '' while nobody has translated it. */
export type Catalogue = Record<string, string>;

/** All messages that a source file says: the first argument of each `i18n.t(…)`. */
export function messagesOf(source: string, filename: string): string[] {
  const found: string[] = [];
  transformSync(source, {
    filename,
    babelrc: false,
    configFile: false,
    code: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [
      [extractMessages, { onMessageExtracted: ({ id }: { id: string }) => found.push(id), linguiConfig: NO_TRANS_COMPONENT }],
    ],
  });
  return found;
}
/** Messages are functions here, never components. */
const NO_TRANS_COMPONENT = { runtimeConfigModule: { Trans: ['@lingui/react', 'Trans'] } };

/** The catalogue that goes with `messages`: what was translated stays, what is new is '', what nobody says any more goes. */
export function updated(catalogue: Catalogue, messages: readonly string[]): Catalogue {
  return Object.fromEntries([...new Set(messages)].sort().map((message) => [message, catalogue[message] ?? '']));
}

/** What is wrong with a catalogue, in words; nothing when all is right. */
export function catalogueFaults(language: string, catalogue: Catalogue, messages: readonly string[]): string[] {
  const said = new Set(messages);
  const missing = [...said].filter((message) => !(message in catalogue)).map((message) => `missing: ${message}`);
  const stale = Object.keys(catalogue).filter((message) => !said.has(message));
  const translated = Object.entries(catalogue).filter(([message]) => said.has(message));
  return [
    ...missing,
    ...stale.map((message) => `stale, no screen says it: ${message}`),
    ...translated.flatMap(([message, translation]) => translationFaults(language, message, translation)),
  ];
}

function translationFaults(language: string, message: string, translation: string): string[] {
  if (translation.trim() === '') return [`not translated: ${message}`];
  let tokens: Tokens;
  try {
    tokens = parse(translation);
  } catch (error) {
    return [`not ICU MessageFormat (${String(error)}): ${translation}`];
  }
  const faults: string[] = [];
  const [wanted, given] = [placeholdersOf(parse(message)), placeholdersOf(tokens)].map((names) => [...names].sort().join(', '));
  if (wanted !== given) faults.push(`placeholders are {${given}} and not {${wanted}}: ${translation}`);
  for (const forms of pluralsOf(tokens)) {
    const absent = formsOf(language).filter((form) => !forms.includes(form));
    if (absent.length > 0) faults.push(`plural forms are missing (${absent.join(', ')}): ${translation}`);
  }
  return faults;
}

type Token = string | [name: string] | [name: string, kind: string, cases: Record<string, Tokens | number | undefined>];
type Tokens = readonly Token[];

function parse(message: string): Tokens {
  return compileMessageOrThrow(message) as Tokens;
}

function placeholdersOf(tokens: Tokens): Set<string> {
  const names = new Set<string>();
  for (const token of tokens) {
    if (typeof token === 'string') continue;
    names.add(token[0]);
    for (const inner of casesOf(token)) for (const name of placeholdersOf(inner)) names.add(name);
  }
  return names;
}

/** The forms that each plural of a message has a text for. */
function pluralsOf(tokens: Tokens): string[][] {
  return tokens.flatMap((token) => {
    if (typeof token === 'string') return [];
    const inner = casesOf(token).flatMap(pluralsOf);
    return token[1] === 'plural' ? [Object.keys(token[2] ?? {}), ...inner] : inner;
  });
}

function casesOf(token: Exclude<Token, string>): Tokens[] {
  const cases: Record<string, unknown> = token[2] ?? {};
  return Object.values(cases).filter((value): value is Tokens => Array.isArray(value));
}

/** What counting to a thousand needs: two forms in Spanish and French (their third is for millions), six in Arabic. */
function formsOf(language: string): string[] {
  const rules = new Intl.PluralRules(language);
  return [...new Set(Array.from({ length: 1001 }, (_, count) => rules.select(count)))];
}
