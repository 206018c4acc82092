import type { FieldError, PublishUnitBody } from '@haversack/contract';
import {
  ApiError,
  canonicalJson,
  type Database,
  type KeyedWrite,
  notFound,
  runOnce,
  sha256,
  type Queryable,
} from '../infrastructure/public.ts';
import type { ObjectService } from '../object_store/public.ts';
import { judgePublish, normalizeUnit, type PublishedUnit, refuseForeign, type UnitRow } from './models.ts';
import { findParts, findUnit, lockFeed, markDeleted, type NewPart, type PartRow, stamp, writeVersion } from './publish-repo.ts';
import { encodeUnit } from './unit-document.ts';
import { findUnitFaults } from './unit-faults.ts';

export interface PublishRequest {
  unitId: string;
  body: PublishUnitBody;
  ifMatch: string | undefined;
  write: KeyedWrite;
}

/** What a publication came to; small, for it is kept with the idempotency key. */
export interface Published {
  status: 200 | 201;
  version: number;
}

export interface Publisher {
  /** Atomic (rule CT-8). The same content again is answered 200 with the version there is, and changes nothing. */
  publish(request: PublishRequest): Promise<Published>;
  delete(unitId: string, ifMatch: string | undefined, write: KeyedWrite): Promise<void>;
}

export function createPublisher(database: Database, objects: ObjectService): Publisher {
  return {
    async publish({ unitId, body, ifMatch, write }) {
      // Objects never change, and stay when they are held, so they can be looked at before anything is locked.
      const sizes = await objects.hold([...new Set(body.assets.map((asset) => asset.object_id))]);
      refuseFaults(findUnitFaults(body, unitId, sizes));
      return database.transaction((tx) =>
        runOnce(tx, write, async (): Promise<Published> => {
          await lockFeed(tx);
          const existing = await findUnit(tx, unitId);
          judgePublish(existing, write.personId, ifMatch);
          return writeNext(tx, { body, existing, personId: write.personId });
        }),
      );
    },
    delete: (unitId, ifMatch, write) =>
      database.transaction((tx) =>
        runOnce(tx, write, async () => {
          await lockFeed(tx);
          const existing = await findUnit(tx, unitId);
          if (existing === null || existing.isDeleted) throw notFound();
          refuseForeign(existing, write.personId);
          judgePublish(existing, write.personId, ifMatch);
          await stamp(tx);
          await markDeleted(tx, unitId);
        }),
      ),
  };
}

interface NextVersion {
  body: PublishUnitBody;
  existing: UnitRow | null;
  personId: string;
}

/** In a transaction that holds the feed's lock, for somebody who may. The same content again changes nothing. */
export async function writeNext(tx: Queryable, { body, existing, personId }: NextVersion): Promise<Published> {
  const unit = normalizeUnit(body);
  const contentHash = sha256(canonicalJson(unit));
  if (existing?.contentHash.equals(contentHash) === true) return { status: 200, version: existing.version };
  const parts = partsOf(unit);
  const known = await findParts(
    tx,
    unit.id,
    parts.map((part) => part.id),
  );
  refuseFaults(findTakenIds(body, known));
  const updatedAt = await stamp(tx);
  const version = (existing?.version ?? 0) + 1;
  const stamps = { ownerId: personId, version, updatedAt, partUpdatedAt: unchangedSince(parts, known) };
  await writeVersion(tx, {
    id: unit.id,
    ownerId: personId,
    isGlobal: unit.is_global,
    version,
    contentHash,
    ...encodeUnit(unit, stamps),
    exercises: JSON.stringify(unit.lessons.map(({ id, payload }) => [id, payload.exercises])),
    parts,
  });
  return { status: existing === null ? 201 : 200, version };
}

function partsOf(unit: PublishedUnit): NewPart[] {
  const lessons = unit.lessons.map(
    (lesson): NewPart => ({ ...hashed(lesson), kind: 'lesson', objectId: null, contentType: null }),
  );
  const assets = unit.assets.map(
    (asset): NewPart => ({ ...hashed(asset), kind: 'asset', objectId: asset.object_id, contentType: asset.content_type }),
  );
  return [...lessons, ...assets];
}

const hashed = (part: { id: string }): { id: string; contentHash: Buffer } => ({
  id: part.id,
  contentHash: sha256(canonicalJson(part)),
});

/** Parts that are as they were keep their time of change. */
function unchangedSince(parts: readonly NewPart[], known: readonly PartRow[]): Map<string, string> {
  const before = new Map(known.filter((part) => !part.isDeleted).map((part) => [part.id, part]));
  const unchanged = parts.filter((part) => before.get(part.id)?.contentHash.equals(part.contentHash) === true);
  return new Map(unchanged.map((part) => [part.id, before.get(part.id)?.updatedAt ?? '']));
}

/** An id of a lesson or asset stays with its unit and its kind for ever, or a tombstone could take the wrong thing away. */
function findTakenIds(body: PublishUnitBody, known: readonly PartRow[]): FieldError[] {
  const byId = new Map(known.map((part) => [part.id, part]));
  const isTaken = (id: string, kind: PartRow['kind']): boolean => {
    const part = byId.get(id.toLowerCase());
    return part !== undefined && (part.unitId !== body.id.toLowerCase() || part.kind !== kind);
  };
  const message = 'was used for something else: make a new id';
  return [
    ...body.lessons.flatMap(({ id }, index) => (isTaken(id, 'lesson') ? [{ path: `/lessons/${index}/id`, message }] : [])),
    ...body.assets.flatMap(({ id }, index) => (isTaken(id, 'asset') ? [{ path: `/assets/${index}/id`, message }] : [])),
  ];
}

export function refuseFaults(errors: FieldError[]): void {
  if (errors.length > 0) throw new ApiError('invalid_body', 'The unit has faults; nothing was published.', { errors });
}
