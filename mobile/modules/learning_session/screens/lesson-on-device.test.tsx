import { fireEvent, screen, userEvent, waitFor } from '@testing-library/react-native';
import { id, makeUnit } from '../../../test/factories.ts';
import { createLearner, type Learner } from '../../../test/learner.ts';
import { renderOver } from '../../../test/lesson-test-kit.tsx';
import { createServerModel } from '../../../test/server-model.ts';
import { LessonScreen } from './lesson-screen.tsx';
import { ResultsScreen } from './results-screen.tsx';

jest.mock('expo-audio', () => jest.requireActual<object>('../../../test/expo-stand-ins/expo-audio.ts'));

/** Screens over the real services, SQLite and files of one device. */
const UNIT_ID = id(1, 1);
const LESSON_ID = id(2, 10);

async function downloadedAndOffline() {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  await ana.person().offlineCache.requestUnitDownload(UNIT_ID);
  await ana.clock.advance(1_000);
  goOnline(ana, false);
  return { server, ana };
}

function goOnline(learner: Learner, isOnline: boolean): void {
  learner.network.isDown = !isOnline;
  learner.setOnline(isOnline);
}

const openLesson = (learner: Learner, onFinish = () => {}) =>
  renderOver(
    learner.person(),
    <LessonScreen unitId={UNIT_ID} lessonId={LESSON_ID} onFinish={onFinish} onBackToUnit={() => {}} />,
  );

const press = async (name: string) => userEvent.press(await screen.findByRole('button', { name }));

it('[UI-3] [OB-1] a lesson is learned offline over the death of the app, and its results are confirmed once online', async () => {
  const { server, ana } = await downloadedAndOffline();
  const first = await openLesson(ana);
  expect(await screen.findByText('0:00 / 1:20')).toBeTruthy();
  await userEvent.press(await screen.findByRole('radio', { name: 'Clear' }));
  await press('Check answer');
  expect(await screen.findByText('Clear is not clean')).toBeTruthy();
  expect(screen.getByText('Saved on this device')).toBeTruthy();
  expect(ana.person().offlineCache.syncStatus().outstanding).toBe(2);
  await first.unmount();

  const again = await ana.restart();
  goOnline(again, false);
  const onFinish = jest.fn();
  const second = await openLesson(again, onFinish);
  await userEvent.type(await screen.findByLabelText('Your answer'), '1 Minute');
  expect(screen.getByRole('button', { name: 'Exercise 1: answered, wrong' })).toBeTruthy();
  await press('Check answer');
  expect(await screen.findByText('That is right.')).toBeTruthy();
  await press('Finish lesson');
  await waitFor(() => expect(onFinish).toHaveBeenCalledTimes(1));
  await second.unmount();

  await renderOver(
    again.person(),
    <ResultsScreen unitId={UNIT_ID} lessonId={LESSON_ID} onPractise={() => {}} onBackToUnit={() => {}} />,
  );
  expect(await screen.findByRole('heading', { name: '1 of 2 right' })).toBeTruthy();
  expect(screen.getByText('Saved on this device')).toBeTruthy();
  goOnline(again, true);
  await again.person().offlineCache.syncNow();
  expect(await screen.findByText('Confirmed by server')).toBeTruthy();
  const events = server.eventsOf('ana@example.org').map(({ type, is_correct }) => `${type} ${String(is_correct)}`);
  expect(events).toEqual([
    'session_started undefined',
    'exercise_answered false',
    'exercise_answered true',
    'session_completed undefined',
  ]);
  await screen.unmount();
  await again.app.close();
});

it('[DL-7] a full disk is said in words and nothing of the answer is there, until there is room again', async () => {
  const { ana } = await downloadedAndOffline();
  await openLesson(ana);
  await press('Exercise 2: not answered');
  // Longer than what is free in the last page of the file.
  await fireEvent.changeText(screen.getByLabelText('Your answer'), 'one minute '.repeat(700));
  const before = ana.person().offlineCache.syncStatus().outstanding;
  ana.disk.maxPageCount = 1;
  await press('Check answer');
  expect(await screen.findByText(/could not be saved because the storage of this device is full/)).toBeTruthy();
  expect(screen.queryByText('That is wrong.')).toBeNull();
  expect(ana.person().offlineCache.syncStatus().outstanding).toBe(before);
  ana.disk.maxPageCount = 1_000_000;
  await press('Check answer');
  expect(await screen.findByText('That is wrong.')).toBeTruthy();
  expect(ana.person().offlineCache.syncStatus().outstanding).toBe(before + 1);
  await screen.unmount();
  await ana.app.close();
});
