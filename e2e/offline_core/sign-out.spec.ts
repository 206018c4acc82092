import type { Page } from '@playwright/test';
import { newPerson, signInFromNode, signUpFromNode, type Account, type Person, type Unit } from '../lib/api.ts';
import type { Browser } from '../lib/browser.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import type { Haversack } from '../lib/haversack.ts';
import { look } from '../lib/look.ts';
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
  untilShellIsKept,
  type GivenAnswer,
} from '../lib/learner.ts';

const UNIT = 'Safe drinking water';
const NOT_SENT = 'Some of your work is not sent yet';
const KEPT = 'Unsent work is kept on this device until its owner signs in again.';

test('[AU-1] [AU-2] [OC-5] [OB-2] who signs out with no network and keeps their work leaves nothing to read, and each answer arrives once when they are back', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const person = newPerson();
  const other = newPerson();
  const account = await signUpFromNode(haversack.directUrl, other);
  const work = await workWithNoNetwork(haversack, browser, person);
  const { page } = browser;
  const writes = work.given.length + 2;
  expect(await isOnDevice(page, work.unit.id), 'what is looked for can be found').toBe(true);

  await test.step('staying changes nothing', async () => {
    await askToSignOut(page, haversack.url);
    await expect(page.getByText(`${writes} changes are on this device alone`)).toBeVisible();
    for (const name of ['Stay signed in', 'Sign out and keep', 'Sign out and discard']) {
      await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
    }
    await look(page, 'sign-out with unsent work');
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(page.getByText(NOT_SENT)).toBeHidden();
    await openDownloads(page, haversack.url);
    await expect(page.getByText(`${writes} changes waiting to be sent`)).toBeVisible();
  });
  await askToSignOut(page, haversack.url);
  await page.getByRole('button', { name: 'Sign out and keep' }).click();
  await expect(page.getByText(KEPT)).toBeVisible();
  // Files that go while they are read make it fail, and look again.
  await expect(async () => expect(await isOnDevice(page, work.unit.id)).toBe(false)).toPass({ timeout: 15_000 });

  await browser.context.setOffline(false);
  await test.step('another person learns here meanwhile', async () => {
    await signIn(page, other);
    await expect(unitCard(page, UNIT).getByText('Not downloaded', { exact: true })).toBeVisible();
    await openDownloads(page, haversack.url);
    await expectAllSent(page);
    await page.goto(`${haversack.url}/settings`);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(page.getByText(KEPT)).toBeVisible();
  });
  expect(await work.account.events()).toEqual([]);
  expect(await account.events()).toEqual([]);

  await signIn(page, person);
  await expect(unitCard(page, UNIT)).toBeVisible();
  await openDownloads(page, haversack.url);
  await expectAllSent(page);
  expectEvents(await work.account.events(), work.unit, work.lesson.id, work.given);
  expect(await account.events()).toEqual([]);
});

test('[AU-2] work that is discarded at sign-out, after a second question, is gone', async ({ haversack, browserOf }) => {
  const browser = await browserOf();
  const person = newPerson();
  const { account } = await workWithNoNetwork(haversack, browser, person);
  const { page } = browser;
  await askToSignOut(page, haversack.url);
  await page.getByRole('button', { name: 'Sign out and discard' }).click();
  await page.getByRole('button', { name: 'Discard for good' }).click();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(page.getByText(KEPT)).toBeHidden();

  await browser.context.setOffline(false);
  await signIn(page, person);
  await expect(unitCard(page, UNIT).getByText('Not downloaded', { exact: true })).toBeVisible();
  await openDownloads(page, haversack.url);
  await expectAllSent(page);
  expect(await account.events()).toEqual([]);
});

interface Work {
  account: Account;
  unit: Unit;
  lesson: Unit['lessons'][number];
  given: GivenAnswer[];
}

/** A whole lesson that nobody but this device knows of. */
async function workWithNoNetwork(haversack: Haversack, browser: Browser, person: Person): Promise<Work> {
  const { page } = browser;
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(page, UNIT);
  await downloadUnit(page);
  await untilShellIsKept(page);
  await browser.context.setOffline(true);
  await startLesson(page, lesson.title);
  const given = await answerAll(page, lesson.payload.exercises, { wrong: [1] });
  return { account, unit, lesson, given };
}

async function askToSignOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/settings`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText(NOT_SENT)).toBeVisible();
}

/** Whether any file of this site, databases included, holds the word in clear. */
function isOnDevice(page: Page, word: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    async function search(folder: FileSystemDirectoryHandle): Promise<boolean> {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory' ? await search(entry) : await holds(entry)) return true;
      }
      return false;
    }
    async function holds(entry: FileSystemFileHandle): Promise<boolean> {
      const bytes = await (await entry.getFile()).arrayBuffer();
      return new TextDecoder('latin1').decode(bytes).includes(wanted);
    }
    return search(await navigator.storage.getDirectory());
  }, word);
}
