import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { runMain } from './lib/processes.mjs';
import { say } from './lib/progress.mjs';
import { runSteps } from './lib/run-steps.mjs';
import { STEPS } from './lib/steps.mjs';

// `npm run screenshots [-- --few] [words]`: every screen in every state, as axe and a person see it; with words, the tests whose names
// hold them; `--few`: two pictures of each and no axe, for whoever is drawing.
const FOLDER = join(ROOT, 'build', 'screenshots');

await runMain(async () => {
  const { values, positionals: words } = parseArgs({ options: { few: { type: 'boolean' } }, allowPositionals: true });
  if (words.length === 0) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const code = await runSteps(
    [
      ...STEPS.filter(({ name }) => name === 'web build'),
      {
        name: 'screenshots',
        group: 'browser',
        cwd: 'e2e',
        report: 'playwright',
        minutes: 90,
        showsLines: true,
        env: { LOOKS: values.few === true ? 'few' : 'all', NODE_NO_WARNINGS: '1' },
        commands: [
          [
            'playwright',
            'test',
            '--config=screenshots.config.ts',
            '--reporter=list,json',
            // Of several `-g` Playwright takes the last.
            ...(words.length > 0 ? ['-g', words.map(escapeRegExp).join('|')] : []),
          ],
        ],
      },
    ],
    await prepareTools(),
  );
  say(writeIndex());
  return code;
});

/** One page to look them through: a line for each state. @returns {string} what was written where */
function writeIndex() {
  const pictures = readdirSync(FOLDER).filter((name) => name.endsWith('.png'));
  /** @type {Map<string, string[]>} */
  const byState = new Map();
  for (const picture of pictures.sort()) {
    const state = picture.replace(/-\d+x\d+-.*$/, '');
    byState.set(state, [...(byState.get(state) ?? []), picture]);
  }
  const lines = [...byState].map(
    ([state, names]) =>
      `<h2 id="${state}">${state.replaceAll('-', ' ')}</h2><p>${names
        .map((name) => `<a href="${name}"><img loading="lazy" alt="${name}" src="${name}"></a>`)
        .join('')}</p>`,
  );
  const head =
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>body{font:16px system-ui;background:#777}' +
    'h2{background:#fff;padding:8px;position:sticky;top:0}p{overflow-x:auto;white-space:nowrap}img{height:520px;margin:4px}</style>';
  writeFileSync(join(FOLDER, 'index.html'), `${head}<h1>${byState.size} states</h1>${lines.join('\n')}`);
  return `${pictures.length} pictures of ${byState.size} states: build/screenshots/index.html`;
}

/** @param {string} text */
function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
