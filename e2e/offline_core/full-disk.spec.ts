import { newPerson, signInFromNode } from '../lib/api.ts';
import type { Browser } from '../lib/browser.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import {
  answerAll,
  downloadUnit,
  expectAllSent,
  openDownloads,
  openUnit,
  playAudio,
  signUp,
  startLesson,
  unitCard,
  untilShellIsKept,
} from '../lib/learner.ts';

const SLOW_BYTES_PER_SECOND = 1024 * 1024;
const FULL = 'This device is full. Remove another download, then try again.';

test('[DL-7] [DL-8] [OB-1] a disk that fills up during a download is said in words, loses no answer, and goes on when there is room', async ({
  haversack,
  browserOf,
  largeUnit,
}) => {
  const browser = await browserOf();
  const { page } = browser;
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(largeUnit);
  const lesson = lessonWithExercises(unit);

  await openUnit(page, largeUnit);
  await startLesson(page, lesson.title);
  const before = await answerAll(page, lesson.payload.exercises, { until: 1 });
  await page.goBack();

  const makeRoom = await test.step('the disk fills up half-way', async () => {
    const sent = haversack.proxy.watchObjects();
    haversack.proxy.slowDown(SLOW_BYTES_PER_SECOND);
    await page.getByRole('button', { name: 'Download unit' }).click();
    await expect.poll(() => sent.length, { intervals: [20] }).toBeGreaterThan(6);
    return fillDisk(browser, haversack.url);
  });
  await expect(page.getByText('Download failed', { exact: true })).toBeVisible();
  await expect(page.getByText(FULL)).toBeVisible();
  haversack.proxy.mend();

  await page.getByRole('button', { name: `Continue lesson: ${lesson.title}` }).click();
  const after = await answerAll(page, lesson.payload.exercises, { from: 1, wrong: [1] });
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 45_000 });

  await openDownloads(page, haversack.url);
  await expect(page.getByText('Download failed', { exact: true })).toBeVisible();
  await expect(page.getByText(FULL)).toBeVisible();
  await expectAllSent(page);

  await makeRoom();
  await page.getByRole('button', { name: `Try again ${largeUnit}` }).click();
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible({ timeout: 45_000 });
  expectEvents(await account.events(), unit, lesson.id, [...before, ...after]);
});

test('[DL-1] [DL-7] a device that is full as the app starts opens it and plays what is downloaded, with no network', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const { page, context } = browser;
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle('Map and compass');
  const lesson = lessonWithExercises(unit);
  await openUnit(page, unit.title);
  await downloadUnit(page);
  await startLesson(page, lesson.title);
  const before = await answerAll(page, lesson.payload.exercises, { until: 1 });
  await untilShellIsKept(page);
  const makeRoom = await fillDisk(browser, haversack.url, 0.5);
  await context.setOffline(true);

  await page.goto(haversack.url);
  await expect(unitCard(page, unit.title).getByText('Downloaded', { exact: true })).toBeVisible();
  await openUnit(page, unit.title);
  await page.getByRole('button', { name: `Continue lesson: ${lesson.title}` }).click();
  await playAudio(page);

  await makeRoom();
  await context.setOffline(false);
  const after = await answerAll(page, lesson.payload.exercises, { from: 1 });
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 45_000 });
  await openDownloads(page, haversack.url);
  await expectAllSent(page);
  expectEvents(await account.events(), unit, lesson.id, [...before, ...after]);
});

test('[DL-7] a browser with no room for even an empty database says so', async ({ haversack, browserOf }) => {
  const browser = await browserOf();
  const { page } = browser;
  await page.goto(`${haversack.url}/docs`);
  const makeRoom = await fillDisk(browser, haversack.url);
  await page.goto(haversack.url);
  await expect(page.getByRole('heading', { name: 'This device is full' })).toBeVisible();
  await makeRoom();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('link', { name: 'Create account' })).toBeVisible();
});

/**
 * From now on the browser gives this site no more room than that part of what it uses; what it returns gives it again. Less than all
 * of it as other programs fill the disk.
 */
async function fillDisk({ context, page }: Browser, origin: string, part = 1): Promise<() => Promise<void>> {
  const session = await context.newCDPSession(page);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Math.floor(used * part) });
  return async () => {
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  };
}
