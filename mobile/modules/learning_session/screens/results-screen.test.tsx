import { act, screen, userEvent } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { LESSON_ID, UNIT_ID, renderOver, sampleLesson } from '../../../test/lesson-test-kit.tsx';
import { ResultsScreen } from './results-screen.tsx';

async function setUp(options: { right?: boolean; isFinished?: boolean } = {}) {
  const services = createInMemoryServices();
  const lesson = sampleLesson();
  services.world.lessons.set(LESSON_ID, lesson);
  const { learningSession } = services;
  const { sessionId } = await learningSession.openSession(lesson);
  const [burn, number] = lesson.exercises;
  if (burn?.type !== 'multiple_choice' || number === undefined) throw new Error('the sample has changed');
  const wrongOption = burn.options.find((option) => option.id !== burn.correct_option_id)?.id ?? '';
  const option_id = options.right === true ? burn.correct_option_id : wrongOption;
  await learningSession.recordAnswer(sessionId, lesson, burn.id, { option_id }, 1);
  await learningSession.recordAnswer(sessionId, lesson, number.id, { text: 'Twenty' }, 1);
  if (options.isFinished !== false) await learningSession.completeSession(sessionId, lesson);
  const onBackToUnit = jest.fn();
  const onPractise = jest.fn();
  const open = () =>
    renderOver(
      services,
      <ResultsScreen unitId={UNIT_ID} lessonId={LESSON_ID} onPractise={onPractise} onBackToUnit={onBackToUnit} />,
    );
  return { ...services, open, onBackToUnit, onPractise, user: userEvent.setup() };
}

describe('ResultsScreen', () => {
  it('[UI-3] gives the score and what to look at again, with the answer, the model answer and why', async () => {
    const { open } = await setUp();
    await open();
    expect(await screen.findByRole('heading', { name: '1 of 2 right' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'What to look at again' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'What do you put on a fresh burn?' })).toBeTruthy();
    expect(screen.getByText('Butter')).toBeTruthy();
    expect(screen.getByText('Cool running water')).toBeTruthy();
    expect(screen.getByText('Cool a burn for twenty minutes.')).toBeTruthy();
    expect(screen.queryByText('For how many minutes?')).toBeNull();
  });

  it('[UI-3] leads to practice of what went wrong', async () => {
    const { open, user, onPractise } = await setUp();
    await open();
    await user.press(await screen.findByRole('button', { name: 'Practise these again' }));
    expect(onPractise).toHaveBeenCalledTimes(1);
  });

  it('[UI-3] has nothing to look at again when all was right', async () => {
    const { open } = await setUp({ right: true });
    await open();
    expect(await screen.findByRole('heading', { name: '2 of 2 right' })).toBeTruthy();
    expect(screen.queryByText('What to look at again')).toBeNull();
  });

  it('[OB-2] follows the answers to the server while it is open', async () => {
    const { open, world } = await setUp();
    await open();
    expect(await screen.findByText('Saved on this device')).toBeTruthy();
    await act(async () => world.learning.deliver('sent'));
    expect(await screen.findByText('Sent')).toBeTruthy();
    await act(async () => world.learning.deliver('confirmed'));
    expect(await screen.findByText('Confirmed by server')).toBeTruthy();
    expect(screen.queryByText('Saved on this device')).toBeNull();
  });

  it('[OB-6] says when the server refused an answer, and where to read why', async () => {
    const { open, world } = await setUp();
    world.learning.deliver('refused');
    await open();
    expect(await screen.findByText('Not accepted by the server. Downloads says why.')).toBeTruthy();
  });

  it('[UI-1] says that there is no result before the lesson is finished', async () => {
    const { open, user, onBackToUnit } = await setUp({ isFinished: false });
    await open();
    expect(await screen.findByRole('heading', { name: 'No results yet' })).toBeTruthy();
    await user.press(screen.getByRole('button', { name: 'Back to unit' }));
    expect(onBackToUnit).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['missing', 'This lesson is not here'],
    ['offline', 'You are offline'],
    ['error', 'The lesson could not be opened'],
  ] as const)('[UI-1] says why there is nothing to show: %s', async (kind, title) => {
    const { open, world } = await setUp();
    world.lessons.clear();
    world.absentLesson = { kind };
    await open();
    expect(await screen.findByRole('heading', { name: title })).toBeTruthy();
  });
});
