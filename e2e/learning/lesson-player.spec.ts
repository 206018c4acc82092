import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerOne, downloadUnit, openDownloads, openUnit, signUp, startLesson, untilShellIsKept } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Map and compass';
const LESSON = 'Scale and distance';

test('[UI-3] [UI-2] formulas, the place in a recording and practice, from a cold start with no network', async ({
  haversack,
  browserOf,
}) => {
  test.setTimeout(300_000);
  const browser = await browserOf();
  const person = newPerson();
  await signUp(browser.page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  const exercises = unit.lessons.find(({ title }) => title === LESSON)?.payload.exercises ?? [];
  await openUnit(browser.page, UNIT);
  await downloadUnit(browser.page);
  await untilShellIsKept(browser.page);
  haversack.proxy.cut();
  const page = await browser.restart({ offline: true });
  await page.goto(haversack.url);
  await openUnit(page, UNIT);
  await startLesson(page, LESSON);

  await test.step('formulas are drawn, and read out', async () => {
    await expect(page.getByRole('math', { name: 't equals d over 5 plus h over 600 .' })).toBeVisible();
    await expect(page.getByRole('math', { name: 'the square root of 2 is about 1.4' })).toBeVisible();
    const source = page.getByText('\\frac');
    await expect(source).toHaveCount(0);
    await page.getByRole('math', { name: /^t equals/ }).scrollIntoViewIfNeeded();
    await look(page, 'lesson with formulas');
  });

  const bar = page.getByRole('region', { name: 'Audio' });
  await test.step('the transcript follows, and the lock screen knows what plays', async () => {
    await bar.getByRole('button', { name: 'Show transcript' }).click();
    await bar.getByRole('button', { name: 'Play' }).click();
    await bar.getByRole('button', { name: 'Forward 15 seconds' }).click();
    await bar.getByRole('button', { name: 'Forward 15 seconds' }).click();
    await expect(bar.getByText(/^0:3[0-9]/)).toBeVisible();
    await expect(bar.locator('[aria-current="true"]')).toHaveCount(1);
    expect(await mediaSession(page)).toEqual({ title: LESSON, artist: 'Haversack', state: 'playing' });
    await bar.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(async () => (await mediaSession(page)).state).toBe('paused');
    await look(page, 'lesson transcript');
  });

  await test.step('the place is kept over a reload', async () => {
    await page.reload();
    await expect(bar.getByText(/^0:3[0-9]/)).toBeVisible();
  });

  await test.step('one answer is wrong, and practised without writing anything', async () => {
    for (const [index, exercise] of exercises.entries()) {
      await answerOne(page, exercise, index !== 1);
      await expect(page.getByText('Saved on this device')).toBeVisible();
      await page.getByRole('button', { name: index + 1 < exercises.length ? 'Continue' : 'Finish lesson', exact: true }).click();
    }
    await page.getByRole('button', { name: 'Practise these again' }).click();
    await expect(page.getByText('Practice: nothing here counts or is sent. Your result stays as it is.')).toBeVisible();
    await look(page, 'practice');
    const [, wrong] = exercises;
    if (wrong === undefined) throw new Error('the lesson has lost its exercises');
    await answerOne(page, wrong, true);
    await expect(page.getByText('That is right.')).toBeVisible();
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.getByRole('button', { name: 'Back to results' }).click();
    await expect(page.getByText(`${exercises.length - 1} of ${exercises.length}`).first()).toBeVisible();
  });

  await test.step('a download that was removed by mistake is back with no network', async () => {
    await openDownloads(page, haversack.url);
    await expect(page.getByText(`${exercises.length + 2} changes waiting to be sent`)).toBeVisible();
    await page.getByRole('button', { name: `Delete ${UNIT}` }).click();
    await expect(page.getByText('No downloads')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Downloaded', { exact: true })).toBeVisible();
    await look(page, 'downloads after undo');
    await page.reload();
    await expect(page.getByText('Downloaded', { exact: true })).toBeVisible();
  });
  haversack.proxy.mend();
});

function mediaSession(page: Page) {
  return page.evaluate(() => ({
    title: navigator.mediaSession.metadata?.title,
    artist: navigator.mediaSession.metadata?.artist,
    state: navigator.mediaSession.playbackState,
  }));
}
