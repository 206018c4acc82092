import { screen, userEvent } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { LESSON_ID, UNIT_ID, renderOver, sampleLesson } from '../../../test/lesson-test-kit.tsx';
import { PracticeScreen } from './practice-screen.tsx';

/** A finished lesson in which these answers were given. */
async function setUp({ burn = 'Butter', minutes = '5' }: { burn?: string; minutes?: string } = {}) {
  const services = createInMemoryServices();
  const lesson = sampleLesson();
  services.world.lessons.set(LESSON_ID, lesson);
  const { learningSession } = services;
  const { sessionId } = await learningSession.openSession(lesson);
  const [choice, number] = lesson.exercises;
  if (choice?.type !== 'multiple_choice' || number === undefined) throw new Error('the sample has changed');
  const option_id = choice.options.find(({ text }) => text === burn)?.id ?? '';
  await learningSession.recordAnswer(sessionId, lesson, choice.id, { option_id }, 1);
  await learningSession.recordAnswer(sessionId, lesson, number.id, { text: minutes }, 1);
  await learningSession.completeSession(sessionId, lesson);
  const onBackToResults = jest.fn();
  const open = () =>
    renderOver(
      services,
      <PracticeScreen unitId={UNIT_ID} lessonId={LESSON_ID} onBackToResults={onBackToResults} onBackToUnit={() => {}} />,
    );
  return { ...services, open, onBackToResults, user: userEvent.setup() };
}

describe('PracticeScreen', () => {
  it('[UI-3] asks what went wrong until each was right once, says that it does not count, and writes nothing', async () => {
    const { open, user, world, onBackToResults } = await setUp();
    const press = async (name: string) => user.press(await screen.findByRole('button', { name }));
    const before = structuredClone(world.learning.sessions);
    await open();
    expect(await screen.findByText('Practice: nothing here counts or is sent. Your result stays as it is.')).toBeTruthy();
    expect(screen.getByText('Exercise 1 of 2')).toBeTruthy();
    await press('Check answer');
    expect(screen.getByText('Choose an answer first.')).toBeTruthy();
    await user.press(screen.getByRole('radio', { name: 'Butter' }));
    await press('Check answer');
    expect(screen.getByText('That is wrong.')).toBeTruthy();
    expect(screen.queryByText(/Saved on this device/)).toBeNull();

    await press('Continue');
    await user.type(screen.getByLabelText('Your answer'), 'thirty');
    await press('Check answer');
    expect(screen.getByText('That is wrong.')).toBeTruthy();
    await press('Continue');
    await user.press(screen.getByRole('radio', { name: 'Cool running water' }));
    await press('Check answer');
    expect(screen.getByText('That is right.')).toBeTruthy();
    await press('Continue');
    await user.type(screen.getByLabelText('Your answer'), '20');
    await press('Check answer');
    await press('Continue');
    expect(screen.getByRole('heading', { name: 'All right now' })).toBeTruthy();
    await press('Back to results');
    expect(onBackToResults).toHaveBeenCalledTimes(1);
    expect(world.learning.sessions).toEqual(before);
  });

  it('[UI-3] asks only what went wrong, and says when that is nothing', async () => {
    const one = await setUp({ minutes: 'twenty' });
    const { unmount } = await one.open();
    expect(await screen.findByText('Exercise 1 of 1')).toBeTruthy();
    await unmount();
    const none = await setUp({ burn: 'Cool running water', minutes: 'twenty' });
    await none.open();
    expect(await screen.findByRole('heading', { name: 'Nothing to practise' })).toBeTruthy();
  });

  it.each([
    ['missing', 'This lesson is not here'],
    ['offline', 'You are offline'],
  ] as const)('[UI-1] says why there is no lesson: %s', async (kind, title) => {
    const { open, world } = await setUp();
    world.lessons.clear();
    world.absentLesson = { kind };
    await open();
    expect(await screen.findByRole('heading', { name: title })).toBeTruthy();
  });
});
