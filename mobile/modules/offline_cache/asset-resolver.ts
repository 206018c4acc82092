import type { Connectivity, Database, FileStore } from '../infrastructure/public.ts';
import { type AssetRecord, readAsset, sumLackingBytes } from './assets-repo.ts';
import { markLost } from './files.ts';
import type { ResolvedAsset } from './models.ts';
import type { ObjectFetcher } from './object-fetcher.ts';
import type { StorageLimit } from './storage-limit.ts';

export interface AssetResolverDeps {
  database: Database;
  files: FileStore;
  area: string;
  connectivity: Connectivity;
  objects: ObjectFetcher;
  limit: StorageLimit;
  isHeldForWifi: () => boolean;
  holdOpen: (unitId: string) => () => void;
  onUse: (asset: AssetRecord) => void;
  onChange: () => void;
  signal: AbortSignal;
}

/**
 * On disk → local URI; online → fetch, record, return; offline → a placeholder that can be tried again (rule DL-10). What the person
 * chose about Wi-Fi and room holds for a single picture too (rules DL-11, DL-12).
 */
export async function resolveAsset(deps: AssetResolverDeps, assetId: string): Promise<ResolvedAsset> {
  const asset = await readAsset(deps.database, assetId);
  if (!asset) return { kind: 'placeholder', reason: 'not_available' };
  deps.onUse(asset);
  const local = await openLocal(deps, asset);
  if (local) return local;
  if (!deps.connectivity.current().isOnline) return { kind: 'placeholder', reason: 'offline' };
  const lacking = await sumLackingBytes(deps.database, [asset.objectId]);
  if (lacking > 0 && deps.isHeldForWifi()) return { kind: 'placeholder', reason: 'waiting_for_wifi' };
  if (!(await deps.limit.makeRoom(lacking, asset.unitId))) return { kind: 'placeholder', reason: 'storage_limit' };
  const resolved = await fetchAsset(deps, asset);
  // Several that came at once may each have seen the same room. What cannot be taken now is at the next sync.
  await deps.limit.enforce(asset.unitId).catch(() => undefined);
  return resolved;
}

/** Until its address is known it makes no room for another one that is fetched beside it. */
async function fetchAsset(deps: AssetResolverDeps, asset: AssetRecord): Promise<ResolvedAsset> {
  const endHold = deps.holdOpen(asset.unitId);
  try {
    const outcome = await deps.objects.fetch(asset, deps.signal);
    if (outcome.kind === 'failed') return { kind: 'placeholder', reason: outcome.reason };
    deps.onChange();
    return await toLocal(deps, asset, outcome.localPath);
  } finally {
    endHold();
  }
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
