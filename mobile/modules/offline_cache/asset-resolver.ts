import type { Connectivity, Database, FileStore } from '../infrastructure/public.ts';
import { type AssetRecord, readAsset } from './assets-repo.ts';
import { markLost } from './files.ts';
import type { ResolvedAsset } from './models.ts';
import type { ObjectFetcher } from './object-fetcher.ts';

export interface AssetResolverDeps {
  database: Database;
  files: FileStore;
  area: string;
  connectivity: Connectivity;
  objects: ObjectFetcher;
  onChange: () => void;
  signal: AbortSignal;
}

/** On disk → local URI; online → fetch, record, return; offline → a placeholder that can be tried again (rule DL-10). */
export async function resolveAsset(deps: AssetResolverDeps, assetId: string): Promise<ResolvedAsset> {
  const asset = await readAsset(deps.database, assetId);
  if (!asset) return { kind: 'placeholder', reason: 'not_available' };
  const local = await openLocal(deps, asset);
  if (local) return local;
  if (!deps.connectivity.current().isOnline) return { kind: 'placeholder', reason: 'offline' };
  const outcome = await deps.objects.fetch(asset, deps.signal);
  if (outcome.kind === 'failed') return { kind: 'placeholder', reason: outcome.reason };
  deps.onChange();
  return toLocal(deps, asset, outcome.localPath);
}

async function openLocal(deps: AssetResolverDeps, asset: AssetRecord): Promise<ResolvedAsset | null> {
  if (asset.status !== 'downloaded' || asset.localPath === null) return null;
  if ((await deps.files.size(deps.area, asset.localPath)) === asset.sizeBytes) return toLocal(deps, asset, asset.localPath);
  await markLost(deps.database, asset.objectId);
  deps.onChange();
  return null;
}

async function toLocal({ files, area }: AssetResolverDeps, asset: AssetRecord, localPath: string): Promise<ResolvedAsset> {
  const local = await files.localUri(area, localPath, asset.contentType);
  return { kind: 'local', uri: local.uri, release: () => local.release() };
}
