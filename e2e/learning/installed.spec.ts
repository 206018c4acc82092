import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, downloadUnit, openUnit, signUp, startLesson, unitCard, untilShellIsKept } from '../lib/learner.ts';
import { startReleases } from '../lib/releases.ts';

const UNIT = 'The night sky';
const MAY_BE_CLEARED = /^This browser may clear what is kept here/;

test('[UI-1] a browser finds all that it wants before it offers to install the app', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await untilShellIsKept(page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors).toEqual([]);
  const { errors, data } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { icons, screenshots, shortcuts } = JSON.parse(data ?? '') as Record<
    string,
    { src: string; url: string; sizes: string }[]
  >;
  const pictures = [...(icons ?? []), ...(screenshots ?? [])];
  expect(pictures.length).toBeGreaterThan(3);
  for (const { src, sizes } of pictures) expect(`${src} ${await sizeOf(page, src)}`).toBe(`${src} ${sizes}`);
  for (const { url } of shortcuts ?? []) {
    await page.goto(haversack.url + url);
    await expect(page.getByRole('heading', { level: 1, name: /^(Downloads|Settings)$/ })).toBeVisible();
  }
});

test('[DL-1] lasting storage is asked for when something is downloaded, and the app says what a browser may clear', async ({
  haversack,
  browserOf,
}) => {
  const { page, context } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  const downloads = page.getByRole('button', { name: 'Downloads' });
  const back = page.getByRole('button', { name: 'Back', exact: true });
  await downloads.click();
  await expect(page.getByText(MAY_BE_CLEARED)).toBeVisible();
  await back.click();
  // Granted to whoever asks from here on. Chromium would tell a page that starts anew, so none does.
  const session = await context.newCDPSession(page);
  await session.send('Browser.grantPermissions', { permissions: ['durableStorage'], origin: haversack.url });
  await downloads.click();
  await expect(page.getByText(MAY_BE_CLEARED)).toBeVisible();
  await back.click();

  await openUnit(page, UNIT);
  await downloadUnit(page);
  await back.click();
  await downloads.click();
  await expect(page.getByRole('button', { name: `Delete ${UNIT}` })).toBeVisible();
  await expect(page.getByText(MAY_BE_CLEARED)).toBeHidden();
});

test('[OB-2] [UI-3] a new version waits while an answer is being written, and is there when the person agrees', async ({
  haversack,
  browserOf,
}) => {
  const releases = await startReleases(haversack.directUrl);
  try {
    const { page } = await browserOf();
    const person = newPerson();
    await signUp(page, releases.url, person);
    await untilShellIsKept(page);
    const account = await signInFromNode(haversack.directUrl, person);
    const lesson = lessonWithExercises(await account.unitByTitle(UNIT));
    const { exercises } = lesson.payload;
    const written = exercises.findIndex(({ type }) => type === 'short_answer');
    await openUnit(page, UNIT);
    await startLesson(page, lesson.title);
    await answerAll(page, exercises, { until: written });
    const answer = page.getByLabel('Your answer');
    await answer.fill('half a word');

    releases.release('2');
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)).toBe(true);
    await expect(answer).toHaveValue('half a word');
    await expect(page.getByRole('button', { name: 'Update now' })).toBeHidden();
    expect(await releaseOf(page)).toBe('1');

    await page.getByRole('button', { name: 'Check answer' }).click();
    await expect(page.getByText('That is wrong.')).toBeVisible();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await expect(unitCard(page, UNIT)).toBeVisible();
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Update now' }).click();
    await reloaded;
    await expect(unitCard(page, UNIT)).toBeVisible();
    expect(await releaseOf(page)).toBe('2');
    await expect(page.getByRole('button', { name: 'Update now' })).toBeHidden();

    await openUnit(page, UNIT);
    await page.getByRole('button', { name: `Continue lesson: ${lesson.title}` }).click();
    await expect(page.getByRole('button', { name: `Exercise ${written + 1}: answered, wrong` })).toBeVisible();
  } finally {
    await releases.close();
  }
});

function releaseOf(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector('meta[name=release]')?.getAttribute('content') ?? null);
}

function sizeOf(page: Page, src: string): Promise<string> {
  return page.evaluate(async (address) => {
    const { width, height } = await createImageBitmap(await (await fetch(address)).blob());
    return `${width}x${height}`;
  }, src);
}
