import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, downloadUnit, openUnit, pictureWidths, playAudio, signUp, untilShellIsKept } from '../lib/learner.ts';

const UNIT = 'First aid for bystanders';

test('[DL-1] [OB-1] [OB-2] [SY-1] [UI-3] [SE-4] [LS-1] a unit is downloaded, learned with no network from a cold start, and every answer arrives once by itself', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const person = newPerson();
  await signUp(browser.page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);

  await test.step('download', async () => {
    await openUnit(browser.page, UNIT);
    await downloadUnit(browser.page);
    await untilShellIsKept(browser.page);
  });

  haversack.proxy.cut();
  const page = await browser.restart({ offline: true });

  await test.step('from nothing, with no network', async () => {
    await page.goto(haversack.url);
    await expect(page.getByText('Offline', { exact: true })).toBeVisible();
    await openUnit(page, UNIT);
    await expectPictures(page);
    await page.getByRole('button', { name: `Start lesson: ${lesson.title}` }).click();
    await expect(page.getByRole('heading', { name: lesson.title, exact: true }).first()).toBeVisible();
    await expectPictures(page);
    await playAudio(page);
  });

  const given = await test.step('answer', () => answerAll(page, lesson.payload.exercises, { wrong: [1] }));
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await expect(page.getByText(`${given.length - 1} of ${given.length}`).first()).toBeVisible();
  expect(await account.events()).toEqual([]);

  await test.step('the network comes back', async () => {
    haversack.proxy.mend();
    await browser.context.setOffline(false);
    await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 45_000 });
  });
  expectEvents(await account.events(), unit, lesson.id, given);
});

test('[OB-2] [OB-8] [LS-1] [LS-3] the server is killed between receiving the answers and saying so, and has them once', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const { page } = browser;
  const person = newPerson();
  await signUp(page, haversack.url, person);
  let account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(page, UNIT);
  await downloadUnit(page);

  await browser.context.setOffline(true);
  await page.getByRole('button', { name: `Start lesson: ${lesson.title}` }).click();
  const given = await answerAll(page, lesson.payload.exercises, { wrong: [0] });
  await expect(page.getByText('Saved on this device')).toBeVisible();

  const received = haversack.proxy.withholdReply('POST /api/v1/learning_session/events');
  await browser.context.setOffline(false);
  await received;
  expect((await account.events()).length).toBeGreaterThan(given.length);
  await haversack.kill();
  await expect(page.getByText('Confirmed by server')).toBeHidden();
  await haversack.start();
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 60_000 });

  account = await signInFromNode(haversack.directUrl, person);
  expectEvents(await account.events(), unit, lesson.id, given);
});

/** At least one, and each shown in truth. */
async function expectPictures(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      const widths = await pictureWidths(page);
      return widths.length > 0 && widths.every((width) => width > 0);
    })
    .toBe(true);
}
