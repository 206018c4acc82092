import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import path from 'node:path';
import { DESKTOP_SIZE, PHONE_SIZE } from './browser.ts';
import { readingFaults } from './reading.ts';

const FOLDER = path.join(import.meta.dirname, '../../build/screenshots');
/**
 * `all`, of `npm run screenshots`: in Arabic and with large text too, which the tests leave to it. `few`, for whoever is drawing: one
 * light and one dark, and axe is not asked.
 */
const WHICH = process.env['LOOKS'] ?? 'most';

interface Look {
  name: string;
  size: typeof PHONE_SIZE;
  scheme: 'light' | 'dark';
  /** axe sees every state in both sizes and both schemes; each pairing once is enough for it. */
  axe?: boolean;
  /** Of the device; the app follows at once. */
  language?: string;
  /** What a reader set in the browser: words are that much larger. */
  textSize?: string;
}
const LOOKS: readonly Look[] = [
  { name: '390x844-light', size: PHONE_SIZE, scheme: 'light', axe: true },
  { name: '390x844-dark', size: PHONE_SIZE, scheme: 'dark' },
  { name: '1280x800-light', size: DESKTOP_SIZE, scheme: 'light' },
  { name: '1280x800-dark', size: DESKTOP_SIZE, scheme: 'dark', axe: true },
];
const MORE_LOOKS: readonly Look[] = [
  { name: '390x844-arabic', size: PHONE_SIZE, scheme: 'light', language: 'ar' },
  { name: '390x844-text-200', size: PHONE_SIZE, scheme: 'light', textSize: '200%' },
];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Keeps a picture of the screen at both sizes, light and dark, has axe look at each (WCAG 2.2 AA), and looks itself for targets that
 * are too small and words that are cut or lie on others (rule UI-2). `languages: false` where the state would not outlive a change
 * of language, or has one already.
 */
export async function look(page: Page, name: string, options: { languages?: boolean } = {}): Promise<void> {
  const more = MORE_LOOKS.filter(({ language }) => language === undefined || options.languages !== false);
  const looks = WHICH === 'all' ? [...LOOKS, ...more] : WHICH === 'few' ? LOOKS.filter(({ axe }) => axe) : LOOKS;
  for (const one of looks) await lookOnce(page, name, one);
  await page.setViewportSize(PHONE_SIZE);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

async function lookOnce(page: Page, screen: string, { name, size, scheme, axe, language, textSize }: Look): Promise<void> {
  const seen = `${screen} ${name}`;
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  if (language !== undefined) await page.evaluate(speak, [language]);
  if (textSize !== undefined) await page.evaluate(setTextSize, textSize);
  await page.evaluate(untilDrawn);
  await page.screenshot({ path: path.join(FOLDER, `${screen.replaceAll(' ', '-')}-${name}.png`) });
  expect.soft(await readingFaults(page), seen).toEqual([]);
  if (axe === true && WHICH !== 'few') await askAxe(page, seen);
  if (language !== undefined) await page.evaluate(speak, null);
  if (textSize !== undefined) await page.evaluate(setTextSize, '');
}

async function askAxe(page: Page, seen: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
  expect.soft(found, seen).toEqual([]);
  expect(passes.length, `rules that axe could apply to ${seen}`).toBeGreaterThan(10);
}

/** Runs in the page: the device speaks these languages from now on; null is what it spoke before. */
function speak(languages: string[] | null): void {
  if (languages === null) Reflect.deleteProperty(navigator, 'languages');
  else Object.defineProperty(navigator, 'languages', { value: languages, configurable: true });
  dispatchEvent(new Event('languagechange'));
}

/** Runs in the page: the text size that a browser's settings give to `rem`. */
function setTextSize(size: string): void {
  document.documentElement.style.fontSize = size;
  dispatchEvent(new Event('resize'));
}

/** Runs in the page: two frames, for what the change of size and scheme makes the app draw anew. */
async function untilDrawn(): Promise<void> {
  for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => setTimeout(resolve, 100));
}
