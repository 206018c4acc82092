import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, downloadUnit, expectAllSent, openUnit, signUp, startLesson } from '../lib/learner.ts';

const UNIT = 'The night sky';

test('[OB-7] a second tab says that the app is open elsewhere, and takes over with Use here', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const first = browser.page;
  await signUp(first, haversack.url, newPerson());
  const second = await browser.newPage();
  await second.goto(haversack.url);
  await second.getByRole('button', { name: 'Use here' }).click();
  await expect(second.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await expect(first.getByRole('button', { name: 'Use here' })).toBeVisible();

  await first.getByRole('button', { name: 'Use here' }).click();
  await expect(first.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await expect(second.getByRole('button', { name: 'Use here' })).toBeVisible();
});

test('[OB-7] [OB-2] [LS-1] a tab that dies between sending its answers and hearing of it is followed by the other, and each arrives once', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const first = browser.page;
  const person = newPerson();
  await signUp(first, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(first, UNIT);
  await downloadUnit(first);
  const second = await browser.newPage();
  await second.goto(haversack.url);
  await expect(second.getByRole('button', { name: 'Use here' })).toBeVisible();

  await browser.context.setOffline(true);
  await first.bringToFront();
  await startLesson(first, lesson.title);
  const given = await answerAll(first, lesson.payload.exercises, { wrong: [0] });
  await expect(first.getByText('Saved on this device')).toBeVisible();
  expect(await account.events()).toEqual([]);
  const received = haversack.proxy.withholdReply('POST /api/v1/learning_session/events');
  await browser.context.setOffline(false);
  await received;
  await crash(first);

  await expect(second.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await second.getByRole('button', { name: 'Downloads' }).click();
  await expectAllSent(second);
  expectEvents(await account.events(), unit, lesson.id, given);
});

test('[OB-7] [UI-3] a lesson that was begun in one tab with no network goes on in another, and each answer arrives once', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const first = browser.page;
  const person = newPerson();
  await signUp(first, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(first, UNIT);
  await downloadUnit(first);
  const second = await browser.newPage();
  await second.goto(haversack.url);

  await browser.context.setOffline(true);
  await first.bringToFront();
  await startLesson(first, lesson.title);
  const inFirst = await answerAll(first, lesson.payload.exercises, { until: 2 });
  await second.bringToFront();
  await second.getByRole('button', { name: 'Use here' }).click();
  await expect(first.getByRole('button', { name: 'Use here' })).toBeVisible();
  await openUnit(second, UNIT);
  await second.getByRole('button', { name: `Continue lesson: ${lesson.title}` }).click();
  const inSecond = await answerAll(second, lesson.payload.exercises, { from: 2 });
  await expect(second.getByText('Saved on this device')).toBeVisible();

  await browser.context.setOffline(false);
  await expect(second.getByText('Confirmed by server')).toBeVisible();
  expectEvents(await account.events(), unit, lesson.id, [...inFirst, ...inSecond]);
});

/** Ends the process behind the page, with the worker that held the device's storage. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}
