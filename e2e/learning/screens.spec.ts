import { newPerson, signInFromNode } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, answerOne, downloadUnit, openUnit, playAudio, signIn, signUp } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Map and compass';

test('[UI-1] [UI-2] [CM-1] every screen at both sizes, light and dark, as axe and a person see it', async ({
  haversack,
  browserOf,
}) => {
  test.setTimeout(240_000);
  const browser = await browserOf();
  const { page } = browser;
  const person = newPerson();

  await page.goto(haversack.url);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await look(page, 'sign-in');
  await signIn(page, { email: person.email, password: 'not the right one' });
  await expect(
    page
      .getByRole('alert')
      .or(page.getByText(/password/i).nth(1))
      .first(),
  ).toBeVisible();
  await look(page, 'sign-in refused');
  await page.getByRole('link', { name: 'Create account' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeVisible();
  await look(page, 'create-account');

  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  await expect(page.getByRole('heading', { name: UNIT, exact: true })).toBeVisible();
  await look(page, 'units');

  await openUnit(page, UNIT);
  await look(page, 'unit');
  await downloadUnit(page);
  await look(page, 'unit downloaded');

  const lesson = lessonWithExercises(unit);
  const [first] = lesson.payload.exercises;
  if (!first) throw new Error('unreachable: the lesson has exercises');
  await page.getByRole('button', { name: `Start lesson: ${lesson.title}` }).click();
  await expect(page.getByRole('button', { name: 'Check answer' })).toBeAttached();
  await look(page, 'lesson');
  await playAudio(page);
  await page.getByRole('button', { name: 'Show transcript' }).click();
  await look(page, 'lesson transcript');
  await page.getByRole('button', { name: 'Hide transcript' }).click();
  await page.getByRole('button', { name: 'Check answer' }).scrollIntoViewIfNeeded();
  await look(page, 'exercise');
  await answerOne(page, first, false);
  await expect(page.getByText('That is wrong.')).toBeVisible();
  await look(page, 'exercise answered');

  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await answerAll(page, lesson.payload.exercises, { from: 1 });
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 45_000 });
  await look(page, 'results');
  await page.getByRole('button', { name: 'Back to unit' }).click();
  await expect(page.getByRole('heading', { name: UNIT, exact: true }).first()).toBeVisible();

  await page.goto(haversack.url);
  await page.getByRole('button', { name: 'Downloads' }).click();
  await expect(page.getByRole('button', { name: `Delete ${UNIT}` })).toBeVisible();
  await look(page, 'downloads');
  await browser.context.setOffline(true);
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await look(page, 'downloads offline');
  await browser.context.setOffline(false);
  await page.goto(`${haversack.url}/downloads/needs-attention`);
  await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible();
  await look(page, 'needs-attention');
  await page.goto(`${haversack.url}/settings`);
  await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible();
  await look(page, 'settings');

  const second = await browser.newPage();
  await second.goto(haversack.url);
  await expect(second.getByRole('button', { name: 'Use here' })).toBeVisible();
  await look(second, 'open elsewhere');
});

test('[UI-1] says on an insecure address that nothing can be kept there', async ({ haversack, browserOf }) => {
  const { page } = await browserOf({ flags: ['--host-resolver-rules=MAP school.test 127.0.0.1'] });
  await page.goto(`http://school.test:${haversack.proxy.port}`);
  await expect(page.getByRole('heading', { name: 'This address is not secure' })).toBeVisible();
  await look(page, 'insecure address');
});
