import { fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen, sampleDownload, sampleUnit } from '../../../test/screen-test-kit.tsx';
import type { UnitProgress } from '../components/view-models.ts';
import type { UnitDetailResult } from '../models.ts';
import { UnitScreen } from './unit-screen.tsx';

const NO_PROGRESS: UnitProgress = { byLessonId: new Map(), completedByUnitId: new Map() };

async function open(result: UnitDetailResult, progress = NO_PROGRESS) {
  const services = createInMemoryServices();
  services.world.unitDetails.set('unit-1', result);
  const on = { onBack: jest.fn(), onOpenLesson: jest.fn(), onTitle: jest.fn() };
  await renderScreen(<UnitScreen unitId="unit-1" progress={progress} {...on} />, { services });
  await waitFor(() => expect(screen.queryByText('Loading')).toBeNull());
  return { services, ...on };
}

it('[UI-2] names the unit, its objectives and its lessons, and tells the window its title', async () => {
  const { onTitle, onOpenLesson } = await open({ kind: 'unit', unit: sampleUnit() });
  expect(screen.getByRole('heading', { name: 'First aid' })).toBeTruthy();
  expect(screen.getByText('Stop a bleeding')).toBeTruthy();
  expect(onTitle).toHaveBeenLastCalledWith('First aid');
  await fireEvent.press(screen.getByRole('button', { name: 'Start lesson: Burns' }));
  expect(onOpenLesson).toHaveBeenCalledWith('burns');
});

it('[UI-3] offers to go on where a lesson was left, and shows what is done', async () => {
  const byLessonId = new Map([
    ['intro', { status: 'completed', bestScore: null }],
    ['burns', { status: 'in_progress', bestScore: null }],
  ] as const);
  await open({ kind: 'unit', unit: sampleUnit() }, { ...NO_PROGRESS, byLessonId });
  expect(screen.getByRole('button', { name: 'Continue lesson: Burns' })).toBeTruthy();
  expect(screen.getByText('Done')).toBeTruthy();
});

it.each([
  ['not_downloaded', ['Download unit=download']],
  ['queued', ['Pause=pause', 'Cancel=cancel']],
  ['downloading', ['Pause=pause', 'Cancel=cancel']],
  ['paused', ['Resume=resume', 'Cancel=cancel']],
  ['downloaded', ['Remove download=remove']],
  ['update_available', ['Download unit=download', 'Remove download=remove']],
  ['failed', ['Try again=download', 'Cancel=cancel']],
  ['download_again', ['Download unit=download']],
] as const)('[DL-8] %s offers what can be done then', async (status, choices) => {
  const { services } = await open({ kind: 'unit', unit: sampleUnit({ download: sampleDownload(status) }) });
  for (const choice of choices) {
    const [label, call] = choice.split('=');
    await fireEvent.press(screen.getByRole('button', { name: label! }));
    await waitFor(() => expect(services.world.calls.at(-1)).toBe(`${call}:unit-1`));
  }
  const labels = ['Download unit', 'Pause', 'Resume', 'Cancel', 'Remove download', 'Try again'];
  const offered = labels.filter((label) => screen.queryByRole('button', { name: label }) !== null);
  expect(offered.sort()).toEqual(choices.map((choice) => choice.split('=')[0]).sort());
});

it('[DL-8] shows bytes while it runs', async () => {
  await open({ kind: 'unit', unit: sampleUnit({ download: sampleDownload('downloading', { doneBytes: 1_600_000 }) }) });
  expect(screen.getByText('Downloading 50%')).toBeTruthy();
  expect(screen.getByRole('progressbar', { name: 'Download of First aid' })).toHaveAccessibilityValue({ now: 50 });
});

it('[DL-7] says that the device is full', async () => {
  await open({ kind: 'unit', unit: sampleUnit({ download: sampleDownload('failed', { reason: 'storage_full' }) }) });
  expect(screen.getByText(/This device is full/)).toBeTruthy();
});

it('[DL-1] never says 100 % before it is downloaded', async () => {
  await open({ kind: 'unit', unit: sampleUnit({ download: sampleDownload('downloading', { doneBytes: 3_199_999 }) }) });
  expect(screen.getByText('Downloading 99%')).toBeTruthy();
});

it.each([
  [false, 'Add to my units', 'join:unit-1'],
  [true, 'Remove from my units', 'leave:unit-1'],
])('[CT-4] joins and leaves my units', async (isInMyUnits, label, call) => {
  const { services } = await open({ kind: 'unit', unit: sampleUnit({ isInMyUnits }) });
  await fireEvent.press(screen.getByRole('button', { name: label }));
  await waitFor(() => expect(services.world.calls).toEqual([call]));
});

it('[CT-4] Undo joins again what was left', async () => {
  const { services } = await open({ kind: 'unit', unit: sampleUnit({ isInMyUnits: true }) });
  await fireEvent.press(screen.getByRole('button', { name: 'Remove from my units' }));
  expect(screen.getByText('Removed First aid from your units.')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(services.world.calls).toEqual(['leave:unit-1', 'join:unit-1']));
});

it('[DL-8] Undo brings a removed download back', async () => {
  const { services } = await open({ kind: 'unit', unit: sampleUnit({ download: sampleDownload('downloaded') }) });
  await fireEvent.press(screen.getByRole('button', { name: 'Remove download' }));
  expect(screen.getByText('Removed First aid from this device. Your progress is kept.')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(services.world.calls).toEqual(['remove:unit-1', 'bring_back:unit-1']));
});

it.each([
  ['offline', 'You are offline'],
  ['error', 'This unit could not be read'],
  ['missing', 'This unit is not there'],
  ['outdated', 'This unit waits for its authors'],
  ['app_too_old', 'This unit needs a newer app'],
] as const)('[UI-1] %s: says "%s" and leaves a way on', async (kind, words) => {
  await open({ kind });
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.getByRole('button', { name: kind === 'missing' ? 'All units' : 'Try again' })).toBeTruthy();
});
