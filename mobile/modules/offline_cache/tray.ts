import type { LearningEvent } from '@haversack/contract';
import type { Changes, Database, Platform } from '../infrastructure/public.ts';
import { recordWithdrawal } from './events-repo.ts';
import type { ChangeTopic, OfflineCacheScreensApi } from './models.ts';
import { EVENTS_ENDPOINT } from './outbox.ts';
import { MY_UNIT_LANE, restoreInMyUnits } from './repo.ts';
import type { Sync } from './sync.ts';
import { toExportFile } from './tray-export.ts';
import { putBack, readTray, take } from './tray-repo.ts';

export interface TrayDeps {
  platform: Pick<Platform, 'clock' | 'ids' | 'fileExport'>;
  database: Database;
  personId: string;
  changes: Changes<ChangeTopic>;
  sync: Sync;
}
export type Tray = Pick<OfflineCacheScreensApi, 'listRefused' | 'retryRefused' | 'discardRefused' | 'exportRefused'>;

/** Writes that the server refused or that keep failing, in the person's own hands (rule OB-6). */
export function createTray(deps: TrayDeps): Tray {
  const { platform, database, personId, sync } = deps;
  const { clock, fileExport } = platform;
  return {
    listRefused: async () => (await readTray(database, null)).map(({ write }) => write),
    async retryRefused(id) {
      await putBack(database, id, clock.now());
      await changed(deps);
      // Whoever asks waits out no backoff, neither of this write nor of what stands before it (rule OB-4).
      void sync.run('user');
    },
    async discardRefused(id) {
      const isDiscarded = await database.transaction((tx) => discard(tx, id, platform));
      await changed(deps);
      sync.soon();
      return isDiscarded;
    },
    async exportRefused(id) {
      const tray = await readTray(database, id);
      if (tray.length === 0) return false;
      const { name, text } = toExportFile(tray, personId, clock.now());
      await fileExport.offer(name, text);
      return true;
    },
  };
}

/**
 * The row itself says whether it is still here, so a write that the push has had confirmed or refused meanwhile is not thrown away by
 * an old look at it. One that is on its way at this moment can be: push finds no row to settle, and if the server took it after all,
 * the event counts, here as there (docs/decisions/0014-what-is-discarded-in-flight.md).
 */
async function discard(
  tx: Parameters<typeof take>[0],
  id: string,
  { clock, ids }: Pick<Platform, 'clock' | 'ids'>,
): Promise<boolean> {
  const row = await take(tx, id);
  if (!row) return false;
  if (row.endpoint === EVENTS_ENDPOINT) {
    const event = JSON.parse(row.payload) as LearningEvent;
    if (event.type !== 'withdrawn') await recordWithdrawal(tx, event, ids.uuid(), clock.now());
  } else if (row.lane.startsWith(MY_UNIT_LANE)) await restoreInMyUnits(tx, row.lane.slice(MY_UNIT_LANE.length));
  return true;
}

async function changed({ changes, sync }: TrayDeps): Promise<void> {
  await sync.refreshCounts();
  changes.notify('outbox', 'progress', 'units');
}
