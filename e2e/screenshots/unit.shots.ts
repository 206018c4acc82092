import type { Page, Route } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { newPerson, revokeFromNode, signInFromNode } from '../lib/api.ts';
import type { Browser } from '../lib/browser.ts';
import { expect, test } from '../lib/fixtures.ts';
import type { Haversack } from '../lib/haversack.ts';
import { makeLargeUnit } from '../lib/large-unit.ts';
import { answerAll, downloadUnit, openUnit, signUp, startLesson, unitCard } from '../lib/learner.ts';
import { look } from '../lib/look.ts';
import { signInAsPublisher } from '../lib/publishing.ts';

const UNIT = 'Map and compass';
/** Their query holds a content type, with its slash. */
const OBJECTS = '**/api/v1/objects/**';
const SLOW_BYTES_PER_SECOND = 150 * 1024;

test('[UI-1] a unit: not downloaded, begun, done, in my units, deleted', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  await openUnit(page, UNIT);
  await look(page, 'unit');
  await page.getByRole('button', { name: 'Add to my units' }).click();
  await downloadUnit(page);
  const [first, second] = unit.lessons;
  if (!first || !second) throw new Error('unreachable: the unit has lessons');
  await startLesson(page, first.title);
  await answerAll(page, first.payload.exercises);
  await page.getByRole('button', { name: 'Back to unit' }).click();
  await startLesson(page, second.title);
  await answerAll(page, second.payload.exercises, { until: 1 });
  await page.goBack();
  await expect(page.getByRole('button', { name: `Continue lesson: ${second.title}` })).toBeVisible();
  await look(page, 'unit downloaded and begun');
  await page.getByRole('button', { name: `Continue lesson: ${second.title}` }).scrollIntoViewIfNeeded();
  await look(page, 'unit lessons');
});

test('[UI-1] a unit that is not there: unknown, out of reach, in trouble, loading, taken away', async ({
  haversack,
  browserOf,
}) => {
  const { page, context } = await browserOf();
  const publisher = await signInAsPublisher(haversack);
  const id = await publisher.put({ title: 'Here for a short while' });
  await signUp(page, haversack.url, newPerson());
  await page.goto(`${haversack.url}/units/${randomUUID()}`);
  await expect(page.getByText('This unit is not there')).toBeVisible();
  await look(page, 'unit not there');

  const elsewhere = `${haversack.url}/units/${randomUUID()}`;
  const ONE = '**/api/v1/content/units/*-*';
  const answers: [string, (route: Route) => unknown, string][] = [
    ['unit offline', (route) => route.abort(), 'You are offline'],
    ['unit could not be read', (route) => route.fulfill({ status: 500, body: 'scripted' }), 'This unit could not be read'],
    ['unit loading', () => undefined, 'Loading'],
  ];
  for (const [name, answer, words] of answers) {
    await context.route(ONE, (route) => void answer(route));
    await page.goto(elsewhere);
    await expect(page.getByText(words, { exact: true })).toBeAttached();
    await look(page, name);
    await context.unroute(ONE);
  }

  await page.goto(haversack.url);
  await openUnit(page, 'Here for a short while');
  await publisher.remove(id);
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(page.getByText('This unit is not there')).toBeVisible({ timeout: 60_000 });
  await look(page, 'unit taken away while open');
});

test('[UI-1] [DL-8] a download: queued, running, paused, failed in each way', async ({ haversack, browserOf, largeUnit }) => {
  const browser = await browserOf();
  const { page, context } = browser;
  await signUp(page, haversack.url, newPerson());
  await expect(unitCard(page, largeUnit)).toBeVisible();
  haversack.proxy.slowDown(SLOW_BYTES_PER_SECOND);
  try {
    await openUnit(page, largeUnit);
    await page.getByRole('button', { name: 'Download unit' }).click();
    await expect(page.getByText(/^Downloading [1-9]/)).toBeVisible({ timeout: 30_000 });
    await look(page, 'unit downloading');
    await page.goBack();
    await openUnit(page, UNIT);
    await page.getByRole('button', { name: 'Download unit' }).click();
    await expect(page.getByText('Queued', { exact: true })).toBeVisible();
    await look(page, 'unit queued');
    await page.goto(haversack.url);
    await expect(unitCard(page, UNIT).getByText('Queued')).toBeVisible();
    await look(page, 'units downloading');
    await page.goto(`${haversack.url}/downloads`);
    await expect(page.getByText('Queued')).toBeVisible();
    await look(page, 'downloads running');
    await page.getByRole('button', { name: `Pause ${UNIT}` }).click();
    await page.getByRole('button', { name: `Pause ${largeUnit}` }).click();
    await expect(page.getByText('Paused', { exact: true }).nth(1)).toBeVisible();
    await look(page, 'downloads paused');
    await page.goto(haversack.url);
    await openUnit(page, largeUnit);
    await look(page, 'unit paused');
  } finally {
    haversack.proxy.mend();
  }
  const failures: [string, (route: Route) => Promise<void>, RegExp][] = [
    ['unit file damaged', damage, /arrived damaged/],
    ['unit file gone', (route) => route.fulfill({ status: 404, body: '' }), /no longer has one of its files/],
  ];
  await page.getByRole('button', { name: 'Cancel' }).click();
  for (const [name, answer, words] of failures) {
    await context.route(OBJECTS, answer);
    await page.getByRole('button', { name: /^(Download unit|Try again)$/ }).click();
    // The words are there while it tries once more, too.
    await expect(page.getByText('Download failed', { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(words)).toBeVisible();
    await look(page, name);
    await context.unroute(OBJECTS);
  }
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Waiting for the network. It goes on by itself.')).toBeVisible();
  await look(page, 'unit waiting for the network');
  haversack.proxy.slowDown(SLOW_BYTES_PER_SECOND);
  await context.setOffline(false);
  await expect(page.getByText(/^Downloading [1-9]/)).toBeVisible({ timeout: 60_000 });
  await fillDisk(browser, haversack.url);
  await expect(page.getByText(/^This device is full/)).toBeVisible({ timeout: 60_000 });
  haversack.proxy.mend();
  await look(page, 'unit device full');
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByText('Download failed').first()).toBeVisible();
  await unitCard(page, largeUnit).scrollIntoViewIfNeeded();
  await look(page, 'units download failed');
  await page.getByRole('button', { name: 'Downloads' }).click();
  await expect(page.getByText(/^This device is full/).first()).toBeVisible();
  await look(page, 'downloads device full');
});

test('[UI-1] [DL-11] [DL-12] [DL-6] what waits for Wi-Fi, for room, for a newer version; files that the device lost', async ({
  haversack,
  browserOf,
}) => {
  const { page, context } = await browserOf();
  await page.addInitScript(() => {
    const connection = Object.assign(new EventTarget(), { type: sessionStorage.getItem('network') ?? 'wifi' });
    Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
  });
  const id = randomUUID();
  const { title } = await publishLarge(haversack, id);
  await signUp(page, haversack.url, newPerson());
  await openUnit(page, title);
  await downloadUnit(page);
  await page.getByRole('switch', { name: 'Keep on this device' }).click();
  await look(page, 'unit downloaded and kept');
  await loseFiles(page, haversack.url);
  await page.goto(haversack.url);
  await expect(unitCard(page, title).getByText('Download again', { exact: true })).toBeVisible({ timeout: 60_000 });
  await unitCard(page, title).scrollIntoViewIfNeeded();
  await look(page, 'units download again');
  await openUnit(page, title);
  await look(page, 'unit download again');
  await downloadUnit(page);
  await page.goto(`${haversack.url}/settings`);
  await page.getByRole('switch', { name: 'Wi-Fi only' }).click();
  await expect(page.getByRole('switch', { name: 'Wi-Fi only' })).toBeChecked();
  await page.evaluate(() => sessionStorage.setItem('network', 'cellular'));
  await publishLarge(haversack, id);
  await page.goto(haversack.url);
  await expect(unitCard(page, title).getByText('Update available', { exact: true })).toBeVisible({ timeout: 60_000 });
  await unitCard(page, title).scrollIntoViewIfNeeded();
  await look(page, 'units update available');
  await openUnit(page, title);
  await look(page, 'unit update available');
  await page.goto(haversack.url);
  await openUnit(page, UNIT);
  await page.getByRole('button', { name: 'Download unit' }).click();
  await expect(page.getByText('Waiting for Wi-Fi, as you chose in Settings.')).toBeVisible();
  await look(page, 'unit waiting for wifi');
  await page.goto(`${haversack.url}/downloads`);
  await expect(page.getByText('Waiting for Wi-Fi, as you chose in Settings.').first()).toBeVisible();
  await look(page, 'downloads waiting for wifi');

  await context.cookies(haversack.url).then(async (cookies) => {
    await revokeFromNode(haversack.directUrl, cookies.find(({ name }) => name === '__Host-haversack')?.value ?? 'no cookie');
  });
  await (await signInAsPublisher(haversack)).remove(id);
});

async function publishLarge(haversack: Haversack, id: string): Promise<{ title: string }> {
  const { folder, title } = makeLargeUnit(id);
  await haversack.publish(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
  return { title };
}

/** One byte of what the server says is another. */
async function damage(route: Route): Promise<void> {
  const response = await route.fetch();
  const body = await response.body();
  body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
  await route.fulfill({ response, body });
}

async function fillDisk({ context, page }: Browser, origin: string): Promise<void> {
  const session = await context.newCDPSession(page);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: used });
}

/** As a browser does that needs room: the files go, the app not asked. */
async function loseFiles(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/docs`);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('haversack-files', { recursive: true });
  });
}
