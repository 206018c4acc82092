import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, openUnit, signUp, startLesson, unitCard } from '../lib/learner.ts';

const UNIT = 'Safe drinking water';

test('[UI-1] every screen opens by its address, and its Back leads up inside the app', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  const unitUrl = `${haversack.url}/units/${unit.id}`;
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
  const back = page.getByRole('button', { name: 'Back', exact: true });

  await page.goto(unitUrl);
  await expect(heading(UNIT)).toBeVisible();
  await expect(page).toHaveTitle(`${UNIT} · Haversack`);
  await back.click();
  await expect(heading('Units')).toBeVisible();

  await page.goto(`${unitUrl}/lessons/${lesson.id}`);
  await expect(heading(lesson.title)).toBeVisible();
  await expect(page).toHaveTitle(`${lesson.title} · Haversack`);
  await answerAll(page, lesson.payload.exercises, { until: 2 });
  await page.reload();
  await expect(page.getByText(`Exercise 3 of ${lesson.payload.exercises.length}`)).toBeVisible();
  await answerAll(page, lesson.payload.exercises, { from: 2 });
  await expect(page).toHaveURL(`${unitUrl}/lessons/${lesson.id}/results`);

  await page.reload();
  await expect(page.getByRole('button', { name: 'Back to unit' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to unit' }).click();
  await expect(heading(UNIT)).toBeVisible();

  await page.goto(`${haversack.url}/downloads`);
  await expect(heading('Downloads')).toBeVisible();
  await back.click();
  await expect(heading('Units')).toBeVisible();

  await page.goto(`${haversack.url}/units/00000000-0000-4000-8000-000000000000`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('button', { name: /^Back/ }).first().click();
  await expect(heading('Units')).toBeVisible();
});

test('[UI-1] the browser goes back and forward through the screens, and the list is where it was left', async ({
  haversack,
  browserOf,
}) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const [lesson] = unit.lessons;
  if (!lesson) throw new Error('the unit has no lessons');

  // Whole in view, or the click below would scroll it there.
  await unitCard(page, UNIT).evaluate((card) => card.scrollIntoView({ block: 'center' }));
  const left = await settledTop(page);
  expect(left).toBeGreaterThan(100);
  await openUnit(page, UNIT);
  await startLesson(page, lesson.title);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: UNIT })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Units' })).toBeVisible();
  expect(await settledTop(page)).toBe(left);
  await expect(unitCard(page, UNIT)).toBeFocused();

  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: UNIT })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: lesson.title })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Units' })).toBeVisible();
  expect(await settledTop(page)).toBe(left);
});

/** How far the list is scrolled, once it stands still. */
async function settledTop(page: Page): Promise<number> {
  const read = (): Promise<number> =>
    page.evaluate(() => Math.max(...[...document.querySelectorAll('[role=main] *')].map(({ scrollTop }) => scrollTop)));
  let before = -1;
  for (let now = await read(); now !== before; now = await read()) {
    before = now;
    await page.waitForTimeout(300);
  }
  return before;
}
