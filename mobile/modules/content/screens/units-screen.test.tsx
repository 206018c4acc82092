import { act, fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen, sampleDownload, sampleUnit } from '../../../test/screen-test-kit.tsx';
import type { Preferences } from '../../ui_system/public.ts';
import type { UnitDetail } from '../models.ts';
import { UnitsScreen } from './units-screen.tsx';

const WATER = sampleUnit({ id: 'water', title: 'Safe water', description: 'Boil it.' });
const STARS = sampleUnit({ id: 'stars', title: 'Étoiles', description: 'Find north.', isInMyUnits: true });

async function open(
  units: UnitDetail[],
  options: { preferences?: Preferences; empty?: 'empty' | 'offline' | 'error'; isOnline?: boolean } = {},
  prepare: (world: ReturnType<typeof createInMemoryServices>['world']) => void = () => undefined,
) {
  const services = createInMemoryServices();
  prepare(services.world);
  const list = (shown: UnitDetail[]) =>
    shown.length > 0 ? { kind: 'units' as const, units: shown } : { kind: options.empty ?? 'empty' };
  services.world.units = { my: list(units.filter((unit) => unit.isInMyUnits)), all: list(units) };
  services.world.sync = { ...services.world.sync, isOnline: options.isOnline ?? true };
  const navigation = {
    unitHref: (unitId: string) => `/units/${unitId}`,
    onOpenUnit: jest.fn(),
    onOpenDownloads: jest.fn(),
    settingsHref: '/settings',
    onOpenSettings: jest.fn(),
    onSignInAgain: jest.fn(),
  };
  const onPreference = jest.fn();
  const progress = { byLessonId: new Map(), completedByUnitId: new Map([['water', 1]]) };
  await renderScreen(<UnitsScreen navigation={navigation} progress={progress} />, {
    services,
    onPreference,
    ...(options.preferences !== undefined && { preferences: options.preferences }),
  });
  await waitFor(() => expect(screen.queryByText('Loading')).toBeNull());
  return { services, navigation, onPreference };
}

it('[CM-1] the header button Downloads opens the Downloads screen', async () => {
  const { navigation } = await open([WATER]);
  await fireEvent.press(screen.getByRole('button', { name: 'Downloads' }));
  expect(navigation.onOpenDownloads).toHaveBeenCalledTimes(1);
});

it('[UI-2] has a heading, tabs, a search field, a link to the settings, and a link for each unit', async () => {
  const { navigation } = await open([WATER]);
  expect(screen.getByRole('heading', { name: 'Units' })).toBeTruthy();
  expect(screen.getByRole('tab', { name: 'All units' })).toBeSelected();
  expect(screen.getByLabelText('Search units')).toBeTruthy();
  await fireEvent.press(screen.getByRole('link', { name: 'Settings' }));
  expect(navigation.onOpenSettings).toHaveBeenCalled();
  await fireEvent.press(screen.getByRole('link', { name: 'Safe water' }));
  expect(navigation.onOpenUnit).toHaveBeenCalledWith('water');
});

describe('[OC-1] the list', () => {
  const many = Array.from({ length: 60 }, (_, index) => sampleUnit({ id: `unit-${index}`, title: `Unit ${index}` }));

  it('is there with the first frame where it was read ahead, and then whole', async () => {
    const { services } = await open(many, {}, (world) => {
      world.readAhead = { my: { kind: 'empty' }, all: { kind: 'units', units: many.slice(0, 50) } };
    });
    expect(services.world.calls).toEqual(['list:all']);
    await fireEvent.changeText(screen.getByLabelText('Search units'), 'Unit 55');
    await waitFor(() => expect(screen.getByRole('link', { name: 'Unit 55' })).toBeTruthy());
  });

  it('is asked for in two parts where it is long, and in one where it is not', async () => {
    const { services } = await open(many);
    await fireEvent.changeText(screen.getByLabelText('Search units'), 'Unit 55');
    await waitFor(() => expect(screen.getByRole('link', { name: 'Unit 55' })).toBeTruthy());
    expect(services.world.calls).toEqual(['list:my:50', 'list:all:50', 'list:all']);
    const short = await open(many.slice(0, 49));
    expect(short.services.world.calls).toEqual(['list:my:50', 'list:all:50']);
  });
});

it.each([
  ['not_downloaded', 'Not downloaded'],
  ['queued', 'Queued'],
  ['downloading', 'Downloading 42%'],
  ['paused', 'Paused'],
  ['downloaded', 'Downloaded'],
  ['update_available', 'Update available'],
  ['failed', 'Download failed'],
  ['download_again', 'Download again'],
] as const)('[UI-1] says %s as a text of its own: %s', async (status, words) => {
  await open([{ ...WATER, download: sampleDownload(status, { doneBytes: 1_350_000 }) }]);
  expect(screen.getByText(words)).toBeTruthy();
});

it('[UI-1] shows level, lessons, size and progress of a unit', async () => {
  await open([WATER]);
  expect(screen.getByText('Beginner · 2 lessons · 3.2 MB')).toBeTruthy();
  expect(screen.getByText('1 of 2 lessons done')).toBeTruthy();
});

it('[UI-1] shows My units unless they are empty or the other tab was chosen before, and keeps the choice', async () => {
  const { onPreference } = await open([WATER, STARS]);
  expect(screen.getByRole('tab', { name: 'My units' })).toBeSelected();
  expect(screen.queryByText('Safe water')).toBeNull();
  await fireEvent.press(screen.getByRole('tab', { name: 'All units' }));
  expect(screen.getByText('Safe water')).toBeTruthy();
  expect(onPreference).toHaveBeenCalledWith('units-tab', 'all');
});

it('[UI-1] remembers All units from the last time', async () => {
  await open([WATER, STARS], { preferences: { 'units-tab': 'all' } });
  expect(screen.getByRole('tab', { name: 'All units' })).toBeSelected();
});

it('[UI-1] says that My units are empty only to one who asks', async () => {
  await open([WATER]);
  await fireEvent.press(screen.getByRole('tab', { name: 'My units' }));
  expect(screen.getByText('Nothing in My units yet')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'See all units' }));
  expect(screen.getByText('Safe water')).toBeTruthy();
});

it('[UI-1] finds units by words of title and description, whatever case and accents', async () => {
  await open([WATER, STARS], { preferences: { 'units-tab': 'all' } });
  await fireEvent.changeText(screen.getByLabelText('Search units'), 'etoiles NORTH');
  expect(screen.getByText('Étoiles')).toBeTruthy();
  expect(screen.queryByText('Safe water')).toBeNull();
  await fireEvent.changeText(screen.getByLabelText('Search units'), 'nothing like it');
  expect(screen.getByText('No unit found')).toBeTruthy();
});

it('[OC-2] empty and offline: words and a retry, which reads again', async () => {
  const { services } = await open([], { empty: 'offline', isOnline: false });
  expect(screen.getByText('You are offline')).toBeTruthy();
  services.world.units.all = { kind: 'units', units: [WATER] };
  await fireEvent.press(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.getByText('Safe water')).toBeTruthy());
});

it('[UI-1] says that reading failed, and that nothing is lost', async () => {
  await open([], { empty: 'error' });
  expect(screen.getByText('Units could not be read')).toBeTruthy();
});

it('[UI-1] shows Offline while offline and goes on showing what is stored', async () => {
  const { services } = await open([WATER], { isOnline: false });
  expect(screen.getByText('Offline')).toBeTruthy();
  expect(screen.getByText('Safe water')).toBeTruthy();
  services.world.sync = { ...services.world.sync, isOnline: true };
  await act(async () => services.world.emit('sync'));
  expect(screen.queryByText('Offline')).toBeNull();
});

it('[AU-3] asks to sign in again when the token has died, and takes nothing away', async () => {
  const { services, navigation } = await open([WATER]);
  services.world.sync = { ...services.world.sync, needsSignIn: true };
  await act(async () => services.world.emit('sync'));
  expect(screen.getByText('Safe water')).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Sign in again' }));
  expect(navigation.onSignInAgain).toHaveBeenCalled();
});

it('[SV-2] says how many units wait for a newer version of the app', async () => {
  const { services } = await open([WATER]);
  expect(screen.queryByText(/Update the app/u)).toBeNull();
  services.world.units.all = { kind: 'units', units: [WATER], unitsForNewerApps: 2 };
  await act(async () => services.world.emit('units'));
  expect(await screen.findByText('Update the app: 2 units need a newer version of Haversack.')).toBeTruthy();
});
