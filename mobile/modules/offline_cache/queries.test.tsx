import { act, renderHook, waitFor } from '@testing-library/react-native';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { createInMemoryServices } from '../../test/in-memory-services.ts';
import type { ResolvedAsset } from './models.ts';
import { OfflineCacheProvider, useDownloads, useResolvedAsset } from './queries.tsx';

function wrapperOver(services: ReturnType<typeof createInMemoryServices>) {
  const client = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
  return function Wrapper({ children }: { children: ReactNode }) {
    return (
      <QueryClientProvider client={client}>
        <OfflineCacheProvider cache={services.offlineCache}>{children}</OfflineCacheProvider>
      </QueryClientProvider>
    );
  };
}

it('[OC-1] reads again when a topic of the query changes, and not for others', async () => {
  const services = createInMemoryServices();
  const read = jest.spyOn(services.offlineCache, 'listCachedUnits');
  const { result } = await renderHook(() => useDownloads(), { wrapper: wrapperOver(services) });
  await waitFor(() => expect(result.current.data).toEqual([]));
  await act(async () => services.world.emit('outbox'));
  await act(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(read).toHaveBeenCalledTimes(1);
  await act(async () => services.world.emit('downloads'));
  await waitFor(() => expect(read).toHaveBeenCalledTimes(2));
});

it('[DL-10] holds what it shows, and releases it when it goes', async () => {
  const services = createInMemoryServices();
  const release = jest.fn();
  services.world.assets.set('art', { kind: 'local', uri: 'file:///art.webp', release });
  const { result, unmount } = await renderHook(() => useResolvedAsset('art'), { wrapper: wrapperOver(services) });
  await waitFor(() => expect(result.current.asset).toEqual({ kind: 'shown', uri: 'file:///art.webp' }));
  expect(release).not.toHaveBeenCalled();
  await unmount();
  expect(release).toHaveBeenCalledTimes(1);
});

it('[DL-10] releases bytes that arrive after it has gone', async () => {
  const services = createInMemoryServices();
  const release = jest.fn();
  let arrive: (asset: ResolvedAsset) => void = () => undefined;
  services.offlineCache.resolveAsset = () => new Promise((resolve) => (arrive = resolve));
  const { unmount } = await renderHook(() => useResolvedAsset('art'), { wrapper: wrapperOver(services) });
  await unmount();
  await act(async () => arrive({ kind: 'local', uri: 'file:///art.webp', release }));
  expect(release).toHaveBeenCalledTimes(1);
});

it('[DL-10] a placeholder asks again by itself when the network comes back, and once', async () => {
  const services = createInMemoryServices();
  services.world.sync = { ...services.world.sync, isOnline: false };
  const resolve = jest.spyOn(services.offlineCache, 'resolveAsset');
  const { result } = await renderHook(() => useResolvedAsset('art'), { wrapper: wrapperOver(services) });
  await waitFor(() => expect(result.current.asset).toEqual({ kind: 'placeholder', reason: 'offline' }));
  services.world.assets.set('art', { kind: 'local', uri: 'file:///art.webp', release: () => undefined });
  services.world.sync = { ...services.world.sync, isOnline: true };
  await act(async () => services.world.emit('sync'));
  await waitFor(() => expect(result.current.asset).toEqual({ kind: 'shown', uri: 'file:///art.webp' }));
  expect(resolve).toHaveBeenCalledTimes(2);
});

it('[DL-10] a placeholder does not ask again and again while the network is there', async () => {
  const services = createInMemoryServices();
  const resolve = jest.spyOn(services.offlineCache, 'resolveAsset');
  const { result } = await renderHook(() => useResolvedAsset('art'), { wrapper: wrapperOver(services) });
  await waitFor(() => expect(result.current.asset.kind).toBe('placeholder'));
  await act(async () => services.world.emit('sync', 'downloads'));
  await act(() => new Promise((done) => setTimeout(done, 100)));
  expect(resolve).toHaveBeenCalledTimes(1);
});

it.each(['waiting_for_wifi', 'storage_limit'] as const)(
  '[DL-11] [DL-12] a placeholder that is %s asks again when the choice or the network has changed',
  async (reason) => {
    const services = createInMemoryServices();
    services.world.assets.set('art', { kind: 'placeholder', reason });
    const { result } = await renderHook(() => useResolvedAsset('art'), { wrapper: wrapperOver(services) });
    await waitFor(() => expect(result.current.asset).toEqual({ kind: 'placeholder', reason }));
    services.world.assets.set('art', { kind: 'local', uri: 'file:///art.webp', release: () => undefined });
    await act(async () => services.world.emit('settings'));
    await waitFor(() => expect(result.current.asset).toEqual({ kind: 'shown', uri: 'file:///art.webp' }));
  },
);
