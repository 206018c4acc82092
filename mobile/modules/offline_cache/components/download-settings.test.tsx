import { act, fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen, sampleDownload, sampleUnit } from '../../../test/screen-test-kit.tsx';
import { UnitScreen } from '../../content/public-ui.ts';
import { CacheManagementScreen } from '../screens/cache-management-screen.tsx';
import { DownloadSettingsCard } from './download-settings-card.tsx';

async function openSettings(services = createInMemoryServices()) {
  await renderScreen(<DownloadSettingsCard />, { services });
  await waitFor(() => expect(screen.getByRole('switch', { name: 'Wi-Fi only' })).toBeTruthy());
  return services;
}

it('[DL-11] Wi-Fi only is a switch that is off, and stays as it was put', async () => {
  const services = await openSettings();
  expect(screen.getByRole('switch', { name: 'Wi-Fi only' })).not.toBeChecked();
  await fireEvent.press(screen.getByRole('switch', { name: 'Wi-Fi only' }));
  await waitFor(() => expect(screen.getByRole('switch', { name: 'Wi-Fi only' })).toBeChecked());
  expect(services.world.settings).toEqual({ isWifiOnly: true, storageLimitBytes: null });
  await fireEvent.press(screen.getByRole('switch', { name: 'Wi-Fi only' }));
  await waitFor(() => expect(screen.getByRole('switch', { name: 'Wi-Fi only' })).not.toBeChecked());
});

it('[DL-12] Storage limit is a choice of one, and says what makes room and what stays', async () => {
  const services = await openSettings();
  const offered = ['No limit', '250 MB', '500 MB', '1 GB', '2 GB'];
  expect(screen.getAllByRole('radio')).toHaveLength(offered.length);
  for (const name of offered) expect(screen.getByRole('radio', { name })).toBeTruthy();
  expect(screen.getByRole('radio', { name: 'No limit' })).toBeChecked();
  expect(screen.getByText(/units you have finished make room.*answers that are not sent yet stay/)).toBeTruthy();
  await fireEvent.press(screen.getByRole('radio', { name: '500 MB' }));
  await waitFor(() => expect(screen.getByRole('radio', { name: '500 MB' })).toBeChecked());
  expect(services.world.settings.storageLimitBytes).toBe(500_000_000);
  await fireEvent.press(screen.getByRole('radio', { name: 'No limit' }));
  await waitFor(() => expect(screen.getByRole('radio', { name: 'No limit' })).toBeChecked());
  expect(services.world.settings.storageLimitBytes).toBeNull();
});

it('[DL-12] shows a limit that is none of the usual ones as it is', async () => {
  const services = createInMemoryServices();
  services.world.settings = { isWifiOnly: false, storageLimitBytes: 750_000_000 };
  await openSettings(services);
  expect(screen.getByRole('radio', { name: '750 MB' })).toBeChecked();
});

it('[UI-1] a device that cannot keep the choice says so, and shows what holds', async () => {
  const services = createInMemoryServices();
  services.offlineCache.setWifiOnly = () => Promise.reject(new Error('disk'));
  await openSettings(services);
  await fireEvent.press(screen.getByRole('switch', { name: 'Wi-Fi only' }));
  await waitFor(() => expect(screen.getByText('This device could not keep that. Try again.')).toBeTruthy());
  expect(screen.getByRole('switch', { name: 'Wi-Fi only' })).not.toBeChecked();
});

async function openDownloads(services: ReturnType<typeof createInMemoryServices>) {
  await renderScreen(
    <CacheManagementScreen
      onBack={() => undefined}
      needsAttentionHref="/x"
      onNeedsAttention={() => undefined}
      settingsHref="/y"
      onSettings={() => undefined}
    />,
    { services },
  );
  await waitFor(() => expect(screen.queryByText('Loading')).toBeNull());
}

it.each([
  ['[DL-11]', sampleDownload('queued', { reason: 'waiting_for_wifi' }), 'Queued', /Waiting for Wi-Fi, as you chose in Settings/],
  ['[DL-12]', sampleDownload('failed', { reason: 'storage_limit' }), 'Download failed', /storage limit is reached.*Raise it/],
] as const)('%s Downloads says why a unit waits or failed, and what to do', async (_rule, download, state, words) => {
  const services = createInMemoryServices();
  services.world.cachedUnits = [{ unitId: 'water', title: 'Safe water', download, downloadedAt: null }];
  await openDownloads(services);
  expect(screen.getByText(state)).toBeTruthy();
  expect(screen.getByText(words)).toBeTruthy();
});

it('[DL-12] Downloads shows the limit, when there is one', async () => {
  const services = createInMemoryServices();
  await openDownloads(services);
  expect(screen.queryByText(/Storage limit/)).toBeNull();
  services.world.settings = { isWifiOnly: false, storageLimitBytes: 250_000_000 };
  await act(async () => services.world.emit('settings'));
  await waitFor(() => expect(screen.getByText('Storage limit: 250 MB for audio and pictures')).toBeTruthy());
});

async function openUnit(changes: Parameters<typeof sampleUnit>[0]) {
  const services = createInMemoryServices();
  services.world.unitDetails.set('unit-1', { kind: 'unit', unit: sampleUnit(changes) });
  const view = await renderScreen(
    <UnitScreen
      unitId="unit-1"
      progress={{ byLessonId: new Map(), completedByUnitId: new Map() }}
      onBack={() => undefined}
      onOpenLesson={() => undefined}
      onTitle={() => undefined}
    />,
    { services },
  );
  await waitFor(() => expect(screen.getByRole('heading', { name: 'First aid' })).toBeTruthy());
  return { services, view };
}

it('[DL-11] the unit says that it waits for Wi-Fi', async () => {
  await openUnit({ download: sampleDownload('queued', { reason: 'waiting_for_wifi' }) });
  expect(screen.getByText('Waiting for Wi-Fi, as you chose in Settings.')).toBeTruthy();
});

it.each([
  [false, 'keep:unit-1'],
  [true, 'unkeep:unit-1'],
])('[DL-12] a unit that is here can be kept, or let go again', async (isKept, call) => {
  const { services } = await openUnit({ download: sampleDownload('downloaded'), isKept });
  const keep = screen.getByRole('switch', { name: 'Keep on this device' });
  expect(screen.queryAllByRole('switch', { checked: isKept })).toEqual([keep]);
  await fireEvent.press(keep);
  await waitFor(() => expect(services.world.calls).toEqual([call]));
});

it('[DL-12] a unit that is not here has nothing to keep', async () => {
  await openUnit({ download: sampleDownload('not_downloaded') });
  expect(screen.queryByRole('switch')).toBeNull();
});

it('[DL-12] a unit is held while it is on the screen, and no longer', async () => {
  const { services, view } = await openUnit({});
  expect([...services.world.open]).toEqual(['unit-1']);
  await view.unmount();
  expect([...services.world.open]).toEqual([]);
});
