import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import path from 'node:path';
import { DESKTOP_SIZE, PHONE_SIZE } from './browser.ts';

const FOLDER = path.join(import.meta.dirname, '../../build/screenshots');
/** axe sees every screen in both sizes and both schemes; each pairing once is enough for it. */
const LOOKS = [
  { size: PHONE_SIZE, scheme: 'light', axe: true },
  { size: PHONE_SIZE, scheme: 'dark', axe: false },
  { size: DESKTOP_SIZE, scheme: 'light', axe: false },
  { size: DESKTOP_SIZE, scheme: 'dark', axe: true },
] as const;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Keeps a picture of the screen at both sizes, light and dark, and has axe look at each (WCAG 2.2 AA, rule UI-2). */
export async function look(page: Page, name: string): Promise<void> {
  for (const { size, scheme, axe } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.evaluate(untilDrawn);
    const seen = `${name} ${size.width}x${size.height} ${scheme}`;
    await page.screenshot({ path: path.join(FOLDER, `${seen.replaceAll(' ', '-')}.png`) });
    if (!axe) continue;
    const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const found = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
    expect.soft(found, seen).toEqual([]);
    expect(passes.length, `rules that axe could apply to ${seen}`).toBeGreaterThan(10);
  }
  await page.setViewportSize(PHONE_SIZE);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Runs in the page: two frames, for what the change of size and scheme makes the app draw anew. */
async function untilDrawn(): Promise<void> {
  for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => setTimeout(resolve, 100));
}
