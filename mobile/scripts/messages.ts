/**
 * The catalogues in `mobile/locales` against the messages of the code. `node mobile/scripts/messages.ts` adds what is new as '' for
 * the translator and drops what nobody says any more; with `--check` it writes nothing and fails when anything is missing, stale or
 * not whole.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { catalogueFaults, messagesOf, updated, type Catalogue } from './catalogues.ts';

const MOBILE = path.resolve(import.meta.dirname, '..');
const LANGUAGES = ['es', 'fr', 'ar'];

const sources = globSync(['App.tsx', 'modules/**/*.{ts,tsx}'], { cwd: MOBILE }).filter((file) => !/\.test\.tsx?$/.test(file));
const messages = sources.sort().flatMap((file) => messagesOf(readFileSync(path.join(MOBILE, file), 'utf8'), file));
const isCheck = process.argv.includes('--check');
let faultCount = 0;
for (const language of LANGUAGES) {
  const file = path.join(MOBILE, 'locales', `${language}.json`);
  const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Catalogue;
  if (!isCheck) writeFileSync(file, `${JSON.stringify(updated(catalogue, messages), null, 2)}\n`);
  const faults = catalogueFaults(language, isCheck ? catalogue : updated(catalogue, messages), messages);
  for (const fault of faults) process.stdout.write(`mobile/locales/${language}.json: ${fault}\n`);
  faultCount += faults.length;
}
process.stdout.write(`${new Set(messages).size} messages in ${LANGUAGES.length + 1} languages, ${faultCount} faults\n`);
if (isCheck && faultCount > 0) {
  process.stdout.write('`npm run messages` brings the catalogues up to date; what is then empty wants translating.\n');
  process.exitCode = 1;
}
