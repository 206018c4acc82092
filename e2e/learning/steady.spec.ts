import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import type { Browser } from '../lib/browser.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { downloadUnit, openUnit, signUp, startLesson, unitCard, untilShellIsKept } from '../lib/learner.ts';
import { readingFaults } from '../lib/reading.ts';

const UNIT = 'The night sky';

test('[UI-2] going back finds the page where it was left, and nothing moves when the network goes or comes', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const { page } = browser;
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const lesson = lessonWithExercises(await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT));
  await expect(unitCard(page, UNIT)).toBeVisible();

  const listTop = await scrollTo(page, unitCard(page, UNIT));
  await openUnit(page, UNIT);
  await downloadUnit(page);
  await untilShellIsKept(page);
  await expectNothingMoves(browser, 'unit');
  const start = page.getByRole('button', { name: `Start lesson: ${lesson.title}` });
  const unitTop = await scrollTo(page, start);
  await startLesson(page, lesson.title);
  await expect(page.getByRole('button', { name: 'Check answer' })).toBeAttached();
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await expectNothingMoves(browser, 'lesson');
  await page.goBack();
  await expect(page.getByRole('heading', { name: UNIT, exact: true })).toBeVisible();
  expect(await scrolled(page), 'the unit').toBe(unitTop);
  await page.goBack();
  await expect(unitCard(page, UNIT)).toBeVisible();
  expect(await scrolled(page), 'the list').toBe(listTop);
  await expectNothingMoves(browser, 'units');
  await page.goto(`${haversack.url}/settings`);
  await expect(page.getByRole('switch', { name: 'Wi-Fi only' })).toBeVisible();
  await expectNothingMoves(browser, 'settings');
});

test('[UI-2] text at twice its size is whole, and in forced colours states and drawings stay seen', async ({
  haversack,
  browserOf,
}) => {
  const { page } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await expect(unitCard(page, UNIT)).toBeVisible();

  await test.step('words grow with the text size of the browser', async () => {
    const title = page.getByRole('heading', { name: UNIT, exact: true });
    const usual = await fontSize(title);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    expect(await fontSize(title)).toBe(2 * usual);
    expect(await readingFaults(page)).toEqual([]);
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  });

  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark', reducedMotion: 'reduce' });
  const tab = page.getByRole('tab', { selected: true });
  const other = page.getByRole('tab', { selected: false });
  expect(await borderOf(tab)).not.toBe(await borderOf(other));
  const [drawing, paper] = await page.getByRole('link', { name: 'Settings' }).evaluate((link) => {
    const path = link.querySelector('path');
    return [path && getComputedStyle(path).fill, getComputedStyle(document.body).backgroundColor];
  });
  expect(drawing).not.toBe(paper);
  await page.goto(`${haversack.url}/settings`);
  const [chosen, not] = [page.getByRole('radio', { checked: true }), page.getByRole('radio', { checked: false })];
  expect(await markOf(chosen.first())).not.toBe(await markOf(not.first()));
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => Number.parseFloat(getComputedStyle(element).transitionDuration) > 0.001)
      .map((element) => element.outerHTML.slice(0, 80)),
  );
  expect(moving, 'moves although asked not to').toEqual([]);
});

test('[UI-1] the gallery of components is in no build', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  await page.goto(`${haversack.url}/gallery`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  const scripts = await page.evaluate(() => [...document.scripts].map(({ src }) => src).filter((src) => src !== ''));
  const texts = await Promise.all(scripts.map(async (script) => (await page.request.get(script)).text()));
  expect(texts.join('\n')).toContain('Take your lessons with you, and learn');
  expect(texts.join('\n')).not.toContain('Covers that stand in');
});

type Element = ReturnType<Page['getByRole']>;

async function scrollTo(page: Page, element: Element): Promise<number> {
  await element.evaluate((found) => found.scrollIntoView({ block: 'center' }));
  const top = await scrolled(page);
  expect(top).toBeGreaterThan(0);
  return top;
}

/** How far down the screen that is seen is scrolled. */
function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(...[...document.querySelectorAll('*')].map(({ scrollTop }) => scrollTop)));
}

/** Every heading, control and picture stands where it stood, whatever else is said about the network. */
async function expectNothingMoves({ context, page }: Browser, name: string): Promise<void> {
  const before = await settledPlaces(page);
  expect(before.length).toBeGreaterThan(2);
  await context.setOffline(true);
  await page.waitForFunction(() => !navigator.onLine);
  if (name === 'units') await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(await places(page), `${name} offline`).toEqual(before);
  await context.setOffline(false);
  if (name === 'units') await expect(page.getByText('Offline', { exact: true })).toBeHidden();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(await places(page), `${name} online again`).toEqual(before);
}

/** A picture that is still coming in moves what stands below it, whatever the network does. */
async function settledPlaces(page: Page): Promise<string[]> {
  let last: string[] = [];
  await expect(async () => {
    const before = last;
    last = await places(page);
    expect(last).toEqual(before);
  }).toPass({ intervals: [700], timeout: 15_000 });
  return last;
}

function places(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('h1, h2, h3, [role="heading"], button, a[href], input, [role="img"]')]
      .filter((element) => element.checkVisibility())
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent.slice(0, 30);
        return `${name}: ${[x, y, width, height].map(Math.round).join(' ')}`;
      }),
  );
}

function fontSize(element: Element): Promise<number> {
  return element.evaluate((found) => Number.parseFloat(getComputedStyle(found).fontSize));
}

function borderOf(element: Element): Promise<string> {
  return element.first().evaluate((found) => getComputedStyle(found).border);
}

/** What is drawn in the ring of an option. */
function markOf(element: Element): Promise<string> {
  return element.evaluate((found) => {
    const dot = found.querySelector('[aria-hidden] > div');
    return dot === null ? 'none' : getComputedStyle(dot).backgroundColor;
  });
}
