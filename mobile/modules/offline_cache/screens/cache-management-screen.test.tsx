import { act, fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen, sampleDownload } from '../../../test/screen-test-kit.tsx';
import { StoragePersistenceProvider } from '../components/storage-persistence.tsx';
import type { CachedUnit } from '../models.ts';
import { CacheManagementScreen } from './cache-management-screen.tsx';

const WATER = {
  unitId: 'water',
  title: 'Safe water',
  download: sampleDownload('downloaded', { doneBytes: 3_200_000 }),
  downloadedAt: 1,
};
const STARS = {
  unitId: 'stars',
  title: 'Night sky',
  download: sampleDownload('downloading', { doneBytes: 840_000, totalBytes: 2_000_000 }),
  downloadedAt: null,
};

async function open(services = createInMemoryServices()) {
  const onNeedsAttention = jest.fn();
  await renderScreen(
    <CacheManagementScreen
      onBack={() => undefined}
      needsAttentionHref="/x"
      onNeedsAttention={onNeedsAttention}
      settingsHref="/y"
      onSettings={() => undefined}
    />,
    { services },
  );
  await waitFor(() => expect(screen.queryByText('Loading')).toBeNull());
  return { services, onNeedsAttention };
}

function withUnits(...units: CachedUnit[]) {
  const services = createInMemoryServices();
  services.world.cachedUnits = units;
  services.world.storage = { ...services.world.storage, freeableBytes: 3_200_000 };
  return services;
}

it('[CM-1] lists cached units with size, state in words and progress in bytes', async () => {
  await open(withUnits(WATER, { ...STARS, downloadedAt: 1 }));
  expect(screen.getByText('Downloaded')).toBeTruthy();
  expect(screen.getByText('3.2 MB')).toBeTruthy();
  expect(screen.getByText('Downloading 42%')).toBeTruthy();
  const bar = screen.getByRole('progressbar', { name: 'Download of Night sky' });
  expect(bar).toHaveAccessibilityValue({ min: 0, max: 100, now: 42, text: '840 kB of 2 MB' });
});

it('[CM-1] deletes one unit at once, and Undo brings it back', async () => {
  const { services } = await open(withUnits(WATER));
  await fireEvent.press(screen.getByRole('button', { name: 'Delete Safe water' }));
  await waitFor(() => expect(services.world.calls).toEqual(['remove:water']));
  await fireEvent.press(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(services.world.calls).toEqual(['remove:water', 'bring_back:water']));
});

it('[CM-1] lists by name, or the largest first, and leads to what was chosen about Wi-Fi and room', async () => {
  const onSettings = jest.fn();
  const services = withUnits({ ...STARS, title: 'A small sky' }, WATER, {
    ...WATER,
    unitId: 'w2',
    title: 'Zoo',
    download: sampleDownload('downloaded', { doneBytes: 9_000_000 }),
  });
  await renderScreen(
    <CacheManagementScreen
      onBack={() => undefined}
      needsAttentionHref="/x"
      onNeedsAttention={() => undefined}
      settingsHref="/settings"
      onSettings={onSettings}
    />,
    { services },
  );
  await screen.findByText('Zoo');
  const order = () =>
    screen.getAllByRole('heading', { name: /sky|Safe|Zoo/ }).map((heading) => String(heading.props['children']));
  expect(order()).toEqual(['A small sky', 'Safe water', 'Zoo']);
  await fireEvent.press(screen.getByRole('button', { name: 'Sort by size' }));
  await waitFor(() => expect(order()).toEqual(['Zoo', 'Safe water', 'A small sky']));
  await fireEvent.press(screen.getByRole('button', { name: 'Sort by name' }));
  await waitFor(() => expect(order()).toEqual(['A small sky', 'Safe water', 'Zoo']));
  await fireEvent.press(screen.getByRole('link', { name: 'Wi-Fi only and storage limit' }));
  expect(onSettings).toHaveBeenCalled();
});

it('[CM-1] Clear all asks first, says what it frees and keeps, and does nothing when refused', async () => {
  const { services } = await open(withUnits(WATER));
  await fireEvent.press(screen.getByRole('button', { name: 'Clear all downloads' }));
  expect(screen.getByText(/frees 3.2 MB.*your progress.*waiting to be sent/)).toBeTruthy();
  await fireEvent.press(screen.getByRole('button', { name: 'Cancel' }));
  expect(services.world.calls).toEqual([]);
  await fireEvent.press(screen.getByRole('button', { name: 'Clear all downloads' }));
  await fireEvent.press(screen.getByRole('button', { name: 'Clear downloads' }));
  await waitFor(() => expect(services.world.calls).toEqual(['clear']));
});

it('[CM-1] offers to clear what was only opened, and nothing when there is nothing', async () => {
  const services = createInMemoryServices();
  await open(services);
  expect(screen.getByText('No downloads')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Clear all downloads' })).toBeNull();
  services.world.storage = { ...services.world.storage, lessonsBytes: 12_000, freeableBytes: 12_000 };
  await act(async () => services.world.emit('units'));
  await fireEvent.press(await screen.findByRole('button', { name: 'Clear all downloads' }));
  expect(screen.getByText(/frees 12 kB/)).toBeTruthy();
});

it('[SV-1] of a unit that the server has in an old form alone it says so, and claims to delete nothing', async () => {
  const services = withUnits({
    ...WATER,
    download: sampleDownload('download_again', { reason: 'outdated', totalBytes: 0 }),
    isOutdated: true,
  });
  services.world.storage = { ...services.world.storage, freeableBytes: 0 };
  services.world.refusals.set('water', 'outdated');
  await open(services);
  const words = /only as it was made for an older app. It can be downloaded again once/;
  expect(screen.getAllByText(words)).toHaveLength(1);
  expect(screen.queryByRole('button', { name: 'Delete Safe water' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Clear all downloads' })).toBeNull();
  await fireEvent.press(screen.getByRole('button', { name: 'Download Safe water' }));
  await waitFor(() => expect(screen.getAllByText(words)).toHaveLength(2));
  services.world.refusals.set('water', 'offline');
  await fireEvent.press(screen.getByRole('button', { name: 'Download Safe water' }));
  expect(await screen.findByText('You are offline. Ask for it again when the network is back.')).toBeTruthy();
});

it.each([
  [0, 'Nothing waiting to be sent'],
  [1, '1 change waiting to be sent'],
  [12, '12 changes waiting to be sent'],
])('[CM-1] says of %i outstanding writes: %s', async (outstanding, words) => {
  const services = createInMemoryServices();
  services.world.sync = { ...services.world.sync, outstanding };
  await open(services);
  expect(screen.getByText(words)).toBeTruthy();
});

it('[CM-1] follows the network and the sync while it is open, with the last result in words', async () => {
  const { services } = await open();
  expect(screen.getByText('Online')).toBeTruthy();
  expect(screen.getByText('Not synced yet')).toBeTruthy();
  services.world.sync = {
    ...services.world.sync,
    isOnline: false,
    lastSuccessAt: Date.now() - 5.5 * 60_000,
    lastError: 'offline',
  };
  await act(async () => services.world.emit('sync'));
  expect(screen.getByText('Offline')).toBeTruthy();
  expect(screen.queryByText('Online')).toBeNull();
  expect(screen.getByText('Last synced 5 minutes ago')).toBeTruthy();
  expect(screen.getByText(/could not be reached/)).toBeTruthy();
});

it('[CM-1] Sync now syncs, and cannot be pressed again while it runs', async () => {
  const { services } = await open();
  await fireEvent.press(screen.getByRole('button', { name: 'Sync now' }));
  await waitFor(() => expect(services.world.calls).toEqual(['sync']));
  services.world.sync = { ...services.world.sync, isRunning: true };
  await act(async () => services.world.emit('sync'));
  expect(screen.getByRole('button', { name: 'Sync now' })).toBeBusy();
  await fireEvent.press(screen.getByRole('button', { name: 'Sync now' }));
  expect(services.world.calls).toEqual(['sync']);
});

it('[OB-6] leads to what was refused and what keeps failing, and only when there is some', async () => {
  const services = createInMemoryServices();
  const { onNeedsAttention } = await open(services);
  expect(screen.queryByRole('link', { name: /Needs attention/ })).toBeNull();
  services.world.sync = { ...services.world.sync, outstanding: 9, refused: 2, failing: 1 };
  await act(async () => services.world.emit('outbox'));
  await fireEvent.press(screen.getByRole('link', { name: 'Needs attention (3)' }));
  expect(onNeedsAttention).toHaveBeenCalled();
});

it('[UI-1] has a loading, an empty and an error state, and Try again reads anew', async () => {
  const services = createInMemoryServices();
  const read = jest.spyOn(services.offlineCache, 'listCachedUnits').mockRejectedValueOnce(new Error('disk'));
  await renderScreen(
    <CacheManagementScreen
      onBack={() => undefined}
      needsAttentionHref="/x"
      onNeedsAttention={() => undefined}
      settingsHref="/y"
      onSettings={() => undefined}
    />,
    {
      services,
    },
  );
  await waitFor(() => expect(screen.getByText('The downloads could not be read')).toBeTruthy());
  await fireEvent.press(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.getByText('No downloads')).toBeTruthy());
  expect(read).toHaveBeenCalledTimes(2);
});

it('[DL-1] says that the browser may clear what is kept, until it has granted otherwise', async () => {
  const listeners = new Set<() => void>();
  const persistence = {
    isEvictable: true,
    ask: async () => undefined,
    subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
  };
  await renderScreen(
    <StoragePersistenceProvider value={persistence}>
      <CacheManagementScreen
        onBack={() => undefined}
        needsAttentionHref="/x"
        onNeedsAttention={() => undefined}
        settingsHref="/settings"
        onSettings={() => undefined}
      />
    </StoragePersistenceProvider>,
  );
  await waitFor(() => expect(screen.getByText(/^This browser may clear/)).toBeTruthy());
  persistence.isEvictable = false;
  await act(async () => listeners.forEach((listener) => listener()));
  expect(screen.queryByText(/^This browser may clear/)).toBeNull();
});
