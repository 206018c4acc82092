import type { BrowserContext } from '@playwright/test';
import { newPerson, revokeFromNode, signInFromNode } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { startHaversack } from '../lib/haversack.ts';
import { answerAll, downloadUnit, openUnit, signUp, startLesson, unitCard, untilShellIsKept } from '../lib/learner.ts';
import { look } from '../lib/look.ts';
import { signInAsPublisher } from '../lib/publishing.ts';
import { startReleases } from '../lib/releases.ts';
import { ARABIC_TITLE, LONG_TEXT, LONG_TITLE } from './long-words.ts';

const SYNC = '**/api/v1/content/units/sync*';
/** The newest route is asked first: this one holds the feed too. */
const CATALOGUE = '**/api/v1/content/units{,/sync}*';

test('[UI-1] [OC-2] no unit is there yet: loading, offline, in trouble', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const lift = await hold(context);
  await signUp(page, haversack.url, newPerson());
  await look(page, 'units loading');
  await context.route(CATALOGUE, (route) => route.abort());
  await lift();
  await page.reload();
  await expect(page.getByText('You are offline')).toBeVisible();
  await look(page, 'units offline and empty');
  await context.unroute(CATALOGUE);
  await context.route(CATALOGUE, (route) => route.fulfill({ status: 500, body: 'scripted' }));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Units could not be read')).toBeVisible();
  await look(page, 'units could not be read');
});

test('[UI-1] nothing published', async ({ browserOf }) => {
  const own = await startHaversack();
  try {
    const publisher = await signInAsPublisher(own);
    for (const { id } of await publisher.units()) await publisher.remove(id);
    const { page } = await browserOf();
    await signUp(page, own.url, newPerson());
    await expect(page.getByText('No units yet')).toBeVisible();
    await look(page, 'units none published');
  } finally {
    await own.stop();
  }
});

test('[UI-1] my units, search, progress, what went wrong in drawing', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  await expect(unitCard(page, 'Map and compass')).toBeVisible();
  await page.getByRole('tab', { name: 'My units' }).click();
  await expect(page.getByText('Nothing in My units yet')).toBeVisible();
  await look(page, 'units mine empty');
  await page.getByRole('tab', { name: 'All units' }).click();
  await page.getByLabel('Search units').fill('nothing like it');
  await expect(page.getByText('No unit found')).toBeVisible();
  await look(page, 'units none found');
  await page.getByLabel('Search units').fill('water');
  await look(page, 'units found');
  await page.getByLabel('Search units').fill('');

  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle('Map and compass');
  await openUnit(page, unit.title);
  await page.getByRole('button', { name: 'Add to my units' }).click();
  await downloadUnit(page);
  for (const lesson of unit.lessons.slice(0, 2)) {
    await startLesson(page, lesson.title);
    await answerAll(page, lesson.payload.exercises);
    await page.getByRole('button', { name: 'Back to unit' }).click();
  }
  await page.goto(haversack.url);
  await expect(unitCard(page, unit.title).getByText(/of \d+ lessons done/)).toBeVisible();
  await look(page, 'units with progress');
  await page.getByRole('tab', { name: 'My units' }).click();
  await look(page, 'units mine');
  await untilShellIsKept(page);
  await context.setOffline(true);
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await look(page, 'units offline');
  await context.setOffline(false);

  await page.evaluate(() => {
    String.prototype.normalize = () => {
      throw new Error('scripted');
    };
  });
  await page.getByLabel('Search units').fill('x');
  await expect(page.getByText('This page could not be shown')).toBeVisible();
  await look(page, 'units fault of drawing');
});

test('[UI-1] [AU-3] long titles, sixty units, a session that ended', async ({ haversack, browserOf }) => {
  const publisher = await signInAsPublisher(haversack);
  const ids = await Promise.all([
    publisher.put({ title: LONG_TITLE, description: LONG_TEXT, learner_level: 'intermediate' }),
    publisher.put({ title: ARABIC_TITLE, description: 'درس قصير عن الماء.', learner_level: 'advanced' }),
    ...Array.from({ length: 60 }, (_, index) => publisher.put({ title: `Collected stories, volume ${index + 1}` })),
  ]);
  const { page, context } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await expect(page.getByRole('heading', { name: 'Collected stories, volume 1', exact: true })).toBeAttached();
  await look(page, 'units many');
  await page.getByLabel('Search units').fill('watershed');
  await expect(unitCard(page, LONG_TITLE)).toBeVisible();
  await look(page, 'units long title');
  await page.getByLabel('Search units').fill('الماء');
  await look(page, 'units arabic title');
  await unitCard(page, ARABIC_TITLE).click();
  await look(page, 'unit arabic title');
  await page.goBack();
  await page.getByLabel('Search units').fill('watershed');
  await unitCard(page, LONG_TITLE).click();
  await expect(page.getByText(LONG_TEXT.slice(0, 40)).first()).toBeVisible();
  await look(page, 'unit long title');
  for (const id of ids) await publisher.remove(id);

  await page.goto(haversack.url);
  const cookies = await context.cookies(haversack.url);
  await revokeFromNode(haversack.directUrl, cookies.find(({ name }) => name === '__Host-haversack')?.value ?? 'no cookie');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign in again' })).toBeVisible({ timeout: 60_000 });
  await look(page, 'units session ended');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByLabel('Email', { exact: true })).toBeVisible();
  await look(page, 'sign-in again');
});

test('[UI-1] [SV-2] a newer app: its units wait', async ({ haversack, browserOf }) => {
  const publisher = await signInAsPublisher(haversack);
  const id = await publisher.put({ title: 'Made for a newer app', schema_version: 2 });
  const { page } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await expect(page.getByText(/^Update the app: 1 unit/)).toBeVisible();
  await look(page, 'units for newer apps');
  await page.goto(`${haversack.url}/units/${id}`);
  await expect(page.getByRole('heading', { name: 'This unit needs a newer app' })).toBeVisible();
  await look(page, 'unit for newer apps');
  await publisher.remove(id);
});

test('[UI-1] [UI-3] a release of the app that is ready', async ({ haversack, browserOf }) => {
  const releases = await startReleases(haversack.directUrl);
  try {
    const { page } = await browserOf();
    await signUp(page, releases.url, newPerson());
    await untilShellIsKept(page);
    releases.release('2');
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(page.getByRole('button', { name: 'Update now' })).toBeVisible({ timeout: 60_000 });
    await look(page, 'units app update ready');
  } finally {
    await releases.close();
  }
});

/** No answer about units comes until it is lifted. */
async function hold(context: BrowserContext): Promise<() => Promise<void>> {
  await context.route(SYNC, () => new Promise(() => undefined));
  return () => context.unroute(SYNC);
}
