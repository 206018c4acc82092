import type { Page } from '@playwright/test';
import { newPerson, signInFromNode, type Exercise } from '../lib/api.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { keyboardOf, type Keyboard } from '../lib/keyboard.ts';
import { expectAllSent, unitCard, type GivenAnswer } from '../lib/learner.ts';

const UNIT = 'The night sky';

test('[UI-2] the whole of it with the keyboard alone: account, unit, download, lesson, results, deleting', async ({
  haversack,
  browserOf,
}) => {
  test.setTimeout(300_000);
  const { page } = await browserOf();
  const keys = keyboardOf(page);
  const person = newPerson();
  await page.goto(haversack.url);
  await keys.press(page.getByRole('link', { name: 'Create account' }));
  await expectHeadingFocus(page, 'Create account');
  await keys.type(page.getByLabel('Name', { exact: true }), person.name);
  await keys.type(page.getByLabel('Email', { exact: true }), person.email);
  await keys.type(page.getByLabel('Password', { exact: true }), person.password);
  await page.keyboard.press('Enter');
  await expectHeadingFocus(page, 'Units');

  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await keys.type(page.getByLabel('Search units'), 'night');
  await expect(page.getByRole('heading', { level: 2 })).toHaveCount(1);
  await keys.press(unitCard(page, UNIT));
  await expectHeadingFocus(page, UNIT);
  await keys.press(page.getByRole('button', { name: 'Download unit' }));
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator(':focus')).toBeVisible();

  await keys.press(page.getByRole('button', { name: `Start lesson: ${lesson.title}` }));
  await expectHeadingFocus(page, lesson.title);
  await listen(page, keys);
  const given: GivenAnswer[] = [];
  for (const [index, exercise] of lesson.payload.exercises.entries()) {
    given.push({ exerciseId: exercise.id, answer: await answer(page, keys, exercise), isCorrect: true });
    await expect(page.getByText('That is right.')).toBeVisible();
    const isLast = index + 1 === lesson.payload.exercises.length;
    await keys.press(page.getByRole('button', { name: isLast ? 'Finish lesson' : 'Continue', exact: true }));
  }
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 45_000 });
  expectEvents(await account.events(), unit, lesson.id, given);
  await keys.press(page.getByRole('button', { name: 'Back to unit' }));
  // Where one left it: at the lesson that is done now.
  await expect(page.getByRole('button', { name: `Start lesson: ${lesson.title}` })).toBeFocused();
  await keys.press(page.getByRole('button', { name: 'Back', exact: true }));
  await expect(unitCard(page, UNIT)).toBeFocused();

  await keys.press(page.getByRole('button', { name: 'Downloads' }));
  await expectHeadingFocus(page, 'Downloads');
  await expectAllSent(page);
  const clear = page.getByRole('button', { name: 'Clear all downloads' });
  await keys.press(clear);
  await expectDialogAndEscape(page);
  await expect(clear).toBeFocused();
  await keys.press(page.getByRole('button', { name: `Delete ${UNIT}` }));
  await expect(page.getByRole('button', { name: `Delete ${UNIT}` })).toBeHidden();
});

test('[UI-2] [AU-2] signing out with the keyboard alone: the question keeps the focus, Escape stays', async ({
  haversack,
  browserOf,
}) => {
  const { page, context } = await browserOf();
  const keys = keyboardOf(page);
  const person = newPerson();
  await page.goto(haversack.url);
  await keys.press(page.getByRole('link', { name: 'Create account' }));
  await keys.type(page.getByLabel('Name', { exact: true }), person.name);
  await keys.type(page.getByLabel('Email', { exact: true }), person.email);
  await keys.type(page.getByLabel('Password', { exact: true }), person.password);
  await page.keyboard.press('Enter');
  await keys.press(unitCard(page, UNIT));
  await expectHeadingFocus(page, UNIT);
  await context.setOffline(true);
  await keys.press(page.getByRole('button', { name: 'Add to my units' }));
  await expect(page.getByRole('button', { name: 'Remove from my units' })).toBeVisible();
  await keys.press(page.getByRole('button', { name: 'Back', exact: true }));

  await keys.press(page.getByRole('link', { name: 'Settings' }));
  await expectHeadingFocus(page, 'Settings');
  const signOut = page.getByRole('button', { name: 'Sign out', exact: true });
  await keys.press(signOut);
  await expectDialogAndEscape(page);
  await expect(signOut).toBeFocused();
  await keys.press(signOut);
  await keys.press(page.getByRole('button', { name: 'Stay signed in' }));
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(signOut).toBeFocused();

  await context.setOffline(false);
  await keys.press(signOut);
  await expectHeadingFocus(page, 'Sign in');
});

async function expectHeadingFocus(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeFocused();
}

/** Focus is inside, Tab does not lead out, Escape closes. */
async function expectDialogAndEscape(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const buttons = await dialog.getByRole('button').count();
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let stops = 0; stops <= buttons + 1; stops += 1) {
      await expect(dialog.locator(':focus')).toHaveCount(1);
      await page.keyboard.press(key);
    }
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** Plays, seeks with an arrow key, and stops. */
async function listen(page: Page, keys: Keyboard): Promise<void> {
  const bar = page.getByRole('region', { name: 'Audio' });
  await keys.press(bar.getByRole('button', { name: 'Play' }), 'Space');
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  const slider = bar.getByRole('slider');
  await keys.tabTo(slider);
  const before = Number(await slider.inputValue());
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(before + 3);
  await keys.press(bar.getByRole('button', { name: 'Pause' }), 'Space');
}

async function answer(page: Page, keys: Keyboard, exercise: Exercise): Promise<GivenAnswer['answer']> {
  if (exercise.type === 'short_answer') {
    await keys.type(page.getByLabel('Your answer'), exercise.canonical_answer);
    await page.keyboard.press('Enter');
    return { text: exercise.canonical_answer };
  }
  const place = exercise.options.findIndex(({ id }) => id === exercise.correct_option_id);
  await keys.tabTo(page.getByRole('radio').first());
  await page.keyboard.press('Space');
  for (let moved = 0; moved < place; moved += 1) await page.keyboard.press('ArrowDown');
  await keys.press(page.getByRole('button', { name: 'Check answer' }));
  return { option_id: exercise.correct_option_id };
}
