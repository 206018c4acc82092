import type { Page } from '@playwright/test';
import { newPerson, signInFromNode, signUpFromNode, type Unit } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, downloadUnit, openUnit, signUp, startLesson, untilShellIsKept } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Safe drinking water';
const API = '**/api/v1/**';
const MY_UNITS = '**/api/v1/content/my-units/**';

test('[UI-1] [CM-1] Downloads: empty, with units, clearing, undo, offline, each trouble of a sync', async ({
  haversack,
  browserOf,
}) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  await page.goto(`${haversack.url}/downloads`);
  await expect(page.getByText('No downloads')).toBeVisible();
  await look(page, 'downloads empty');
  for (const title of [UNIT, 'The night sky']) {
    await page.goto(haversack.url);
    await openUnit(page, title);
    await downloadUnit(page);
  }
  await untilShellIsKept(page);
  await page.goto(`${haversack.url}/downloads`);
  await expect(page.getByRole('button', { name: `Delete ${UNIT}` })).toBeVisible();
  await look(page, 'downloads');
  await page.getByRole('button', { name: 'Clear all downloads' }).click();
  await expect(page.getByText('Clear all downloads?')).toBeVisible();
  await look(page, 'downloads clear all');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('button', { name: 'Delete The night sky' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await look(page, 'downloads undo');

  const troubles: [string, { status: number; headers?: Record<string, string>; body: string }, RegExp][] = [
    ['downloads server trouble', { status: 503, body: '' }, /The server had trouble/],
    [
      'downloads captive portal',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome to Hotel Wi-Fi</h1>' },
      /Something between you and the server/,
    ],
  ];
  for (const [name, answer, words] of troubles) {
    await context.route(API, (route) => route.fulfill(answer));
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(page.getByText(words)).toBeVisible({ timeout: 60_000 });
    await look(page, name);
    await context.unroute(API);
  }
  await context.route(API, () => new Promise(() => undefined));
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(page.getByText('Syncing…')).toBeVisible();
  await look(page, 'downloads syncing');
  await context.unroute(API);
  await page.reload();

  await workOffline(page, () => context.setOffline(true), haversack.url, unit);
  await page.goto(`${haversack.url}/downloads`);
  await expect(page.getByText(/changes waiting to be sent/)).toBeVisible();
  await look(page, 'downloads offline with work');
});

test('[UI-1] [OB-6] what needs attention', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await page.goto(`${haversack.url}/downloads/needs-attention`);
  await expect(page.getByText('All is well')).toBeVisible();
  await look(page, 'needs-attention empty');
  await page.goto(haversack.url);
  await context.route(MY_UNITS, (route) => route.fulfill({ status: 500 }));
  for (const title of [UNIT, 'Map and compass']) {
    await page.goto(haversack.url);
    await page.getByRole('tab', { name: 'All units' }).click();
    await openUnit(page, title);
    await page.getByRole('button', { name: 'Add to my units' }).click();
    await expect(page.getByRole('button', { name: 'Remove from my units' })).toBeVisible();
  }
  await page.goto(`${haversack.url}/downloads`);
  const link = page.getByRole('link', { name: 'Needs attention (2)' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 90_000 });
  await look(page, 'downloads needs attention');
  await link.click();
  await expect(page.getByRole('button', { name: 'Discard' }).nth(1)).toBeVisible();
  await look(page, 'needs-attention');
  await page.getByRole('button', { name: 'Discard' }).first().click();
  await expect(page.getByText('Discard this change?')).toBeVisible();
  await look(page, 'needs-attention discard');
});

test('[UI-1] Settings, and what is asked before an account goes', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  await signUp(page, haversack.url, { ...newPerson(), name: 'Prof. Dr. Maria-Magdalena von Hohenstaufen-Katzenellenbogen' });
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('switch', { name: 'Wi-Fi only' })).toBeVisible();
  await look(page, 'settings');
  await page.getByRole('radio', { name: '500 MB' }).click();
  await page.getByRole('radio', { name: 'As the device' }).scrollIntoViewIfNeeded();
  await look(page, 'settings language and theme');
  await page.getByRole('button', { name: 'Sign out', exact: true }).scrollIntoViewIfNeeded();
  await look(page, 'settings account');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await page.getByLabel('Your password').fill('not the right one');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('This password is not right.')).toBeVisible();
  await look(page, 'settings delete account');
});

test('[UI-1] [AU-2] signing out with unsent work', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  const other = newPerson();
  await signUpFromNode(haversack.directUrl, other);
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  await openUnit(page, UNIT);
  await downloadUnit(page);
  await untilShellIsKept(page);
  await workOffline(page, () => context.setOffline(true), haversack.url, unit);
  await page.goto(`${haversack.url}/settings`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText('Some of your work is not sent yet')).toBeVisible();
  await look(page, 'sign-out with unsent work');
  await page.getByRole('button', { name: 'Sign out and discard' }).click();
  await expect(page.getByRole('button', { name: 'Discard for good' })).toBeVisible();
  await look(page, 'sign-out discard');
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out and keep' }).click();
  await expect(page.getByText('Unsent work is kept on this device until its owner signs in again.')).toBeVisible();
  await look(page, 'sign-in with work kept');
});

/** A few answers that nobody but this device knows of. */
async function workOffline(page: Page, goOffline: () => Promise<void>, url: string, unit: Unit): Promise<void> {
  const lesson = lessonWithExercises(unit);
  await page.goto(url);
  await goOffline();
  await openUnit(page, unit.title);
  await startLesson(page, lesson.title);
  await answerAll(page, lesson.payload.exercises, { until: 2, wrong: [1] });
}
