import { expect, type Locator, type Page } from '@playwright/test';
import type { Exercise, Person } from './api.ts';

/** What a person does in the app, by the roles and names that design/app.md makes final. */

export async function signUp(page: Page, url: string, { name, email, password }: Person): Promise<void> {
  await page.goto(url);
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
}

export async function signIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export function unitCard(page: Page, title: string): Locator {
  return page.getByRole('link').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

export async function openUnit(page: Page, title: string): Promise<void> {
  await unitCard(page, title).click();
  await expect(page.getByRole('heading', { name: title, exact: true }).first()).toBeVisible();
}

export async function startLesson(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Start lesson: ${title}` }).click();
  await expect(page.getByRole('heading', { name: title, exact: true }).first()).toBeVisible();
}

export async function downloadUnit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Download unit' }).click();
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible({ timeout: 60_000 });
}

/** From the start of the app, as by its address. */
export async function openDownloads(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Downloads' }).click();
  await expect(page.getByRole('heading', { name: 'Downloads', exact: true })).toBeVisible();
}

/** On Downloads: all was confirmed, and nothing was refused. */
export async function expectAllSent(page: Page): Promise<void> {
  await expect(page.getByText('Nothing waiting to be sent')).toBeVisible();
  await expect(page.getByRole('link', { name: /Needs attention/ })).toBeHidden();
}

/** The app starts with no network only once its shell is on the device. */
export async function untilShellIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === 'activated') return;
    await new Promise<void>((resolve) => {
      active?.addEventListener('statechange', () => {
        if (active.state === 'activated') resolve();
      });
    });
  });
}

/** How wide the pictures of the page are in truth; 0 for one that could not be shown. */
export function pictureWidths(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.images].filter((image) => image.src.startsWith('blob:')).map((image) => image.naturalWidth),
  );
}

/** Plays the recording of the lesson until its clock has moved. */
export async function playAudio(page: Page): Promise<void> {
  const bar = page.getByRole('region', { name: 'Audio' });
  await bar.getByRole('button', { name: 'Play' }).click();
  await expect(bar.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(bar.getByText(/^0:0[2-9]/)).toBeVisible();
  await bar.getByRole('button', { name: 'Pause' }).click();
}

/** What was answered to one exercise, and whether it was right. */
export interface GivenAnswer {
  exerciseId: string;
  answer: { option_id: string } | { text: string };
  isCorrect: boolean;
}

/**
 * Answers the exercises of the open lesson from the one that is shown (its index is `from`) up to `until`, those of `wrong` wrongly.
 * After the last one the lesson is finished.
 */
export async function answerAll(
  page: Page,
  exercises: readonly Exercise[],
  { wrong = [], from = 0, until = exercises.length }: { wrong?: readonly number[]; from?: number; until?: number } = {},
): Promise<GivenAnswer[]> {
  const given: GivenAnswer[] = [];
  for (const [index, exercise] of exercises.entries()) {
    if (index < from || index >= until) continue;
    const isCorrect = !wrong.includes(index);
    await expect(page.getByText(`Exercise ${index + 1} of ${exercises.length}`)).toBeVisible();
    given.push({ exerciseId: exercise.id, answer: await answerOne(page, exercise, isCorrect), isCorrect });
    await expect(page.getByText(isCorrect ? 'That is right.' : 'That is wrong.')).toBeVisible();
    await page.getByRole('button', { name: index + 1 < exercises.length ? 'Continue' : 'Finish lesson', exact: true }).click();
  }
  if (until >= exercises.length) await expect(page.getByRole('button', { name: 'Back to unit' })).toBeVisible();
  return given;
}

export async function answerOne(page: Page, exercise: Exercise, correctly: boolean): Promise<GivenAnswer['answer']> {
  let answer: GivenAnswer['answer'];
  if (exercise.type === 'multiple_choice') {
    const option = exercise.options.find(({ id }) => (id === exercise.correct_option_id) === correctly);
    if (!option) throw new Error(`no such option in ${exercise.id}`);
    await page.getByRole('radio', { name: option.text, exact: true }).click();
    answer = { option_id: option.id };
  } else {
    const text = correctly ? exercise.canonical_answer : 'something else entirely';
    await page.getByLabel('Your answer').fill(text);
    answer = { text };
  }
  await page.getByRole('button', { name: 'Check answer' }).click();
  return answer;
}
