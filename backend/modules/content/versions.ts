import {
  LIMITS,
  type PublishUnitBody,
  type Unit,
  type UnitSummary,
  type UnitVersion,
  type UnitVersionList,
  type UnitVersionsQuery,
} from '@haversack/contract';
import { ApiError, type Database, type KeyedWrite, notFound, runOnce } from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { judgePublish, refuseForeign } from './models.ts';
import { type Published, refuseFaults, writeNext } from './publish.ts';
import { findUnit, findVersionDocument, listVersions, lockFeed, type VersionRow } from './publish-repo.ts';
import { decodeDocument, fillDocument } from './unit-document.ts';
import { findUnitFaults } from './unit-faults.ts';

export interface RollBackRequest {
  unitId: string;
  version: number;
  ifMatch: string | undefined;
  write: KeyedWrite;
}

/** Earlier versions of a unit, for its owner. */
export interface Versions {
  list(personId: string, unitId: string, query: UnitVersionsQuery): Promise<UnitVersionList>;
  /**
   * Publishes the content of an earlier version as the next one: checked, stamped and told like any publication. Lessons that
   * were removed since come back under their ids, with a newer stamp. Who may see the unit is no content, and stays.
   * @throws {ApiError} as a publication, and `invalid_body` at `/version` where there is none.
   */
  rollBack(request: RollBackRequest): Promise<Published>;
}

export function createVersions(database: Database, objects: ObjectService): Versions {
  return {
    async list(personId, unitId, { before, limit = LIMITS.versionPageDefaultItems }) {
      const unit = await findUnit(database, unitId);
      if (unit === null || unit.isDeleted) throw notFound();
      refuseForeign(unit, personId);
      const found = await listVersions(database, unitId, before ?? null, limit + 1);
      return { versions: found.slice(0, limit).map(rowToVersion), has_more: found.length > limit };
    },

    async rollBack({ unitId, version, ifMatch, write }) {
      const stored = await findVersionDocument(database, unitId, version);
      const body = stored === null ? null : (decodeUnit(stored) as Unit);
      // Looked at before anything is locked; told only to whom it concerns.
      const faults = body === null ? [NO_SUCH_VERSION] : await findFaults(body);
      return database.transaction((tx) =>
        runOnce(tx, write, async (): Promise<Published> => {
          await lockFeed(tx);
          const existing = await findUnit(tx, unitId);
          if (existing === null) throw notFound();
          judgePublish(existing, write.personId, ifMatch);
          refuseFaults(faults);
          if (body === null) throw new ApiError('not_found', 'There is no such version.');
          return writeNext(tx, { body: { ...body, is_global: existing.isGlobal }, existing, personId: write.personId });
        }),
      );
    },
  };

  async function findFaults(body: PublishUnitBody) {
    const sizes = await objects.hold([...new Set(body.assets.map((asset) => asset.object_id))]);
    return findUnitFaults(body, body.id, sizes);
  }
}

const NO_SUCH_VERSION = { path: '/version', message: 'is no version of this unit' };

function rowToVersion({ version, publishedAt, stored }: VersionRow): UnitVersion {
  const { title, download_size_bytes } = decodeUnit(stored);
  return { version, title, published_at: publishedAt, download_size_bytes };
}

/** A stored document read back, without addresses. */
function decodeUnit(stored: string): Unit | UnitSummary {
  const filled = fillDocument(decodeDocument(stored), false, () => ({ url: '', urlExpiresAt: '' }));
  return JSON.parse(Buffer.concat(filled).toString()) as Unit | UnitSummary;
}
