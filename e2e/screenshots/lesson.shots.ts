import { randomUUID } from 'node:crypto';
import { newPerson, signInFromNode, type Unit } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import {
  answerAll,
  answerOne,
  downloadUnit,
  openUnit,
  playAudio,
  signUp,
  startLesson,
  untilShellIsKept,
} from '../lib/learner.ts';
import { look } from '../lib/look.ts';
import { signInAsPublisher } from '../lib/publishing.ts';
import { ARABIC_TITLE, LONG_TEXT, LONG_TITLE } from './long-words.ts';

const UNIT = 'Map and compass';
const FILES = '**/api/v1/content/assets/sign';
/** Their query holds a content type, with its slash. */
const OBJECTS = '**/api/v1/objects/**';
type Exercise = Unit['lessons'][number]['payload']['exercises'][number];

test('[UI-1] [UI-3] a lesson from its first line to its results', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  await openUnit(page, UNIT);
  await downloadUnit(page);
  await untilShellIsKept(page);
  await startLesson(page, lesson.title);
  await expect(page.getByRole('button', { name: 'Check answer' })).toBeAttached();
  await look(page, 'lesson');
  await playAudio(page);
  await page.getByRole('button', { name: 'Show transcript' }).click();
  await look(page, 'lesson transcript');
  await page.getByRole('button', { name: 'Hide transcript' }).click();
  await page.locator('img').nth(0).scrollIntoViewIfNeeded();
  await look(page, 'lesson pictures');

  const { exercises } = lesson.payload;
  await page.getByRole('button', { name: 'Check answer' }).scrollIntoViewIfNeeded();
  await look(page, 'exercise');
  await page.getByRole('button', { name: 'Check answer' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look(page, 'exercise nothing chosen', { languages: false });
  for (const [index, exercise] of exercises.entries()) {
    const isRight = index % 2 === 1;
    await answerOne(page, exercise, isRight);
    await expect(page.getByText(isRight ? 'That is right.' : 'That is wrong.')).toBeVisible();
    if (index < 2 || exercise.type === 'short_answer') {
      await look(page, `exercise ${exercise.type} ${isRight ? 'right' : 'wrong'}`.replace('_', '-'));
    }
    const isLast = index + 1 === exercises.length;
    if (isLast) await context.setOffline(true);
    await page.getByRole('button', { name: isLast ? 'Finish lesson' : 'Continue', exact: true }).click();
  }
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await look(page, 'results saved on this device');
  await context.setOffline(false);
  await expect(page.getByText('Confirmed by server')).toBeVisible({ timeout: 60_000 });
  await look(page, 'results confirmed');
  await page.getByRole('button', { name: 'Back to unit' }).click();
  const intro = unit.lessons.find(({ lesson_type, payload }) => lesson_type === 'intro' && payload.exercises.length > 0);
  if (intro === undefined) throw new Error('the unit has no introduction with exercises');
  await startLesson(page, intro.title);
  await answerAll(page, intro.payload.exercises);
  await look(page, 'results all right');
});

test('[UI-1] a lesson that is not here, or whose files are not', async ({ haversack, browserOf }) => {
  const { page, context } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);
  const address = `${haversack.url}/units/${unit.id}/lessons/${lesson.id}`;
  await page.goto(`${haversack.url}/units/${unit.id}/lessons/${randomUUID()}`);
  await expect(page.getByText('This lesson is not here')).toBeVisible();
  await look(page, 'lesson not there');
  await page.goto(`${address}/results`);
  await expect(page.getByText('No results yet')).toBeVisible();
  await look(page, 'results none yet');

  for (const files of [FILES, OBJECTS]) await context.route(files, (route) => route.abort());
  await page.goto(address);
  await expect(page.getByText(/^The recording is not on this device|offline/i).first()).toBeVisible({ timeout: 60_000 });
  await look(page, 'lesson without recording and pictures');
});

test('[UI-1] lessons of every kind of text: a table, long words, Arabic, no exercises', async ({ haversack, browserOf }) => {
  const publisher = await signInAsPublisher(haversack);
  const id = randomUUID();
  const title = 'Odd pages';
  await publisher.put({
    id,
    title,
    lessons: [
      lessonOf(id, 0, LONG_TITLE, { body: TEXT_OF_ALL_KINDS, exercises: [choiceWithLongOptions()] }),
      lessonOf(id, 1, ARABIC_TITLE, {
        body: 'اغسل يديك قبل أن تلمس الماء.\n\n- اغلِ الماء دقيقة واحدة.\n- اتركه حتى يبرد.',
        exercises: [],
      }),
    ],
  });
  const { page } = await browserOf();
  await signUp(page, haversack.url, newPerson());
  await openUnit(page, title);
  await page.getByRole('button', { name: `Start lesson: ${LONG_TITLE}` }).click();
  await expect(page.getByRole('button', { name: 'Check answer' })).toBeAttached();
  await look(page, 'lesson long title');
  await page.getByRole('table').scrollIntoViewIfNeeded();
  await look(page, 'lesson table');
  await page.getByRole('button', { name: 'Check answer' }).scrollIntoViewIfNeeded();
  await look(page, 'exercise long options');
  await page.goBack();
  // In an English name an Arabic title stands between marks of direction.
  await page.getByRole('button', { name: ARABIC_TITLE }).click();
  await expect(page.getByRole('button', { name: 'Finish lesson' })).toBeVisible();
  await look(page, 'lesson without exercises');
  await page.getByRole('button', { name: 'Finish lesson' }).click();
  await expect(page.getByRole('button', { name: 'Back to unit' })).toBeVisible();
  await look(page, 'results without exercises');
  await publisher.remove(id);
});

function lessonOf(unitId: string, position: number, title: string, { body, exercises }: { body: string; exercises: Exercise[] }) {
  return {
    id: randomUUID(),
    unit_id: unitId,
    title,
    position,
    lesson_type: 'standard' as const,
    duration_seconds: 240,
    payload: { body_markdown: body, audio_asset_id: null, transcript: null, exercises },
  } as Unit['lessons'][number];
}

function choiceWithLongOptions(): Exercise {
  const right = randomUUID();
  return {
    id: randomUUID(),
    type: 'multiple_choice',
    prompt: `What is right about this? ${LONG_TEXT}`,
    options: [
      { id: right, text: LONG_TEXT, feedback: 'Just so.' },
      { id: randomUUID(), text: 'Wasserversorgungsgesellschaftsvorstandsmitglied', feedback: 'No.' },
    ],
    correct_option_id: right,
    explanation: LONG_TEXT,
  };
}

const TEXT_OF_ALL_KINDS = `## ${LONG_TITLE}

${LONG_TEXT} A link to [the World Health Organization](https://www.who.int/) in a sentence, \`code\`, **strong** and *emphasised* words.

| Way | Kills germs | Takes out dirt | What it costs in a month | What to look out for |
| --- | :-: | :-: | --: | --- |
| Boiling | yes | no | 12.50 | Fuel; let it cool with the lid on |
| Chlorine | yes | no | 0.80 | Wait thirty minutes |
| Ceramic filter | mostly | yes | 1.20 | Brush it, never with soap |

> Whoever fetches water knows how heavy it is.

1. First
2. Second
   - and what belongs to it

\`\`\`
a line of code that is much longer than a phone is wide, and must scroll by itself instead of making the page scroll
\`\`\`
`;
