import type { Page } from '@playwright/test';
import { newPerson, revokeFromNode, signInFromNode, signUpFromNode, type Account, type Person, type Unit } from '../lib/api.ts';
import type { Browser } from '../lib/browser.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import type { Haversack } from '../lib/haversack.ts';
import {
  answerAll,
  downloadUnit,
  expectAllSent,
  openDownloads,
  openUnit,
  signIn,
  signUp,
  startLesson,
  unitCard,
  type GivenAnswer,
} from '../lib/learner.ts';

const UNIT = 'First aid for bystanders';
const SIGN_IN_AGAIN = 'Sign in again to send your work. Until then it is kept safe on this device.';
const UNSENT = /^[1-9]\d* changes waiting to be sent$/;

test('[AU-3] [OB-2] a token that dies between two batches purges nothing, and after signing in again each answer arrives once', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const person = newPerson();
  const work = await workPastDeadToken(haversack, browser, person);
  const { page } = browser;

  await page.getByRole('button', { name: 'Sign in again' }).click();
  await signIn(page, person);
  await expect(page.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await expect(page.getByText(SIGN_IN_AGAIN)).toBeHidden();
  await expectAllArrived(page, haversack, work);
});

test('[OC-5] [AU-3] another person who signs in while answers wait sends none of them, and they arrive when their own is back', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const person = newPerson();
  const other = newPerson();
  const account = await signUpFromNode(haversack.directUrl, other);
  const work = await workPastDeadToken(haversack, browser, person);
  const { page } = browser;
  const arrived = await work.account.events();

  await test.step('the other person learns here', async () => {
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await signIn(page, other);
    await expect(unitCard(page, UNIT).getByText('Not downloaded', { exact: true })).toBeVisible();
    await openUnit(page, UNIT);
    await startLesson(page, work.lesson.title);
    await answerAll(page, work.lesson.payload.exercises, { until: 1 });
    await expect
      .poll(async () => (await account.events()).map(({ type }) => type))
      .toEqual(['session_started', 'exercise_answered']);
    await openDownloads(page, haversack.url);
    await expectAllSent(page);
    await expect(page.getByText('No downloads')).toBeVisible();
  });
  expect(await work.account.events()).toEqual(arrived);

  await page.goto(`${haversack.url}/settings`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await signIn(page, person);
  await expect(unitCard(page, UNIT).getByText('Downloaded', { exact: true })).toBeVisible();
  await expectAllArrived(page, haversack, work);
  expect(await account.events()).toHaveLength(2);
});

interface Work {
  account: Account;
  unit: Unit;
  lesson: Unit['lessons'][number];
  given: GivenAnswer[];
}

/** A lesson whose first answers arrived; then the token died, and the rest was answered. Ends at the list of units, which asks to sign in. */
async function workPastDeadToken(haversack: Haversack, browser: Browser, person: Person): Promise<Work> {
  const { page } = browser;
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(page, UNIT);
  await downloadUnit(page);
  await startLesson(page, lesson.title);
  const sent = await answerAll(page, lesson.payload.exercises, { until: 2 });
  await expect.poll(async () => (await account.events()).length).toBe(1 + sent.length);

  const cookies = await browser.context.cookies(haversack.url);
  await revokeFromNode(haversack.directUrl, cookies.find(({ name }) => name === '__Host-haversack')?.value ?? 'no cookie');
  const unsent = await answerAll(page, lesson.payload.exercises, { from: 2, wrong: [2] });
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await openDownloads(page, haversack.url);
  await expect(page.getByText(UNSENT)).toBeVisible();
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible();
  await page.goto(haversack.url);
  await expect(page.getByText(SIGN_IN_AGAIN)).toBeVisible();
  expect(await account.events()).toHaveLength(1 + sent.length);
  return { account, unit, lesson, given: [...sent, ...unsent] };
}

async function expectAllArrived(page: Page, haversack: Haversack, { account, unit, lesson, given }: Work): Promise<void> {
  await openDownloads(page, haversack.url);
  await expectAllSent(page);
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible();
  expectEvents(await account.events(), unit, lesson.id, given);
}
