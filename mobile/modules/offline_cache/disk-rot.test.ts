import { id, makeUnit } from '../../test/factories.ts';
import { AREA, openDownloads } from '../../test/open-downloads.ts';
import { readAsset } from './assets-repo.ts';
import { CHUNK_BYTES } from './chunk.ts';

it('[DL-2] bytes that the disk gives back otherwise than it took them are thrown away', async () => {
  const made = makeUnit(1, { audioBytes: 2 * CHUNK_BYTES });
  const { deps, network, database, objects, platform, files, signal } = await openDownloads(made);
  await deps.units.fetch(id(1, 1));
  const asset = await readAsset(database, made.objects[1]?.asset.id ?? '');
  if (!asset) throw new Error('the recording has no row');
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  network.next('/objects/', { kind: 'held', until: Promise.resolve() }, { kind: 'held', until: held });
  const fetching = objects.fetch(asset, signal);
  const part = `${asset.objectId}.mp3.part`;
  while ((await platform.files.size(AREA, part)) === null) await new Promise((resolve) => setTimeout(resolve, 1));
  const rotten = made.objects[1]?.bytes.slice(0, CHUNK_BYTES) ?? new Uint8Array();
  rotten[7] = (rotten[7] ?? 0) ^ 1;
  await platform.files.remove(AREA, part);
  await platform.files.append(AREA, part, 0, rotten);
  letGo();
  expect(await fetching).toEqual({ kind: 'failed', reason: 'checksum_mismatch', hasProgressed: false });
  expect(await files()).toEqual([]);
});
