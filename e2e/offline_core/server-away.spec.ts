import { newPerson, signInFromNode } from '../lib/api.ts';
import { expectEvents, lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, downloadUnit, openUnit, signUp, startLesson } from '../lib/learner.ts';

const UNIT = 'Safe drinking water';
/** No wait between two tries is longer. */
const LONGEST_WAIT = '05:00';
/** In which a request has an end, before time passes again. */
const PAUSES_MS = [2_000];

test('[OB-4] [OB-9] [LS-1] a lesson that is done while the server is dead arrives once, by itself, when the server is back', async ({
  haversack,
  browserOf,
}) => {
  const { page } = await browserOf();
  // The browser's clock goes as ever, but can be put forward.
  await page.clock.install();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  let account = await signInFromNode(haversack.directUrl, person);
  const unit = await account.unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(page, UNIT);
  await downloadUnit(page);

  await haversack.kill();
  await startLesson(page, lesson.title);
  const given = await answerAll(page, lesson.payload.exercises, { wrong: [2] });
  await expect(page.getByText('Saved on this device')).toBeVisible();
  let failedRequests = 0;
  page.on('requestfailed', () => (failedRequests += 1));
  const letTimePass = () => page.clock.fastForward(LONGEST_WAIT);
  await expect
    .poll(async () => (await letTimePass(), failedRequests), { intervals: PAUSES_MS, timeout: 45_000 })
    .toBeGreaterThanOrEqual(3);
  await expect(page.getByText('Confirmed by server')).toBeHidden();

  await haversack.start();
  account = await signInFromNode(haversack.directUrl, person);
  const isConfirmed = () => page.getByText('Confirmed by server').isVisible();
  await expect.poll(async () => (await letTimePass(), isConfirmed()), { intervals: PAUSES_MS, timeout: 45_000 }).toBe(true);
  expectEvents(await account.events(), unit, lesson.id, given);
});
