import { Unit } from '@haversack/contract';
import type { ApiClient, Clock, Database } from '../infrastructure/public.ts';
import { createKeyedFlight } from './keyed-lock.ts';
import { readMetadata, readMetadataNumber } from './metadata.ts';
import { storeFullUnit } from './repo.ts';
import { judgeSchema, setAside, type SupportedSchemas } from './stubs-repo.ts';

export type UnitFetchResult =
  | { kind: 'stored'; version: number }
  /** Not there, or not for this learner. */
  | { kind: 'missing' }
  /** Its schema is not one that this app plays. */
  | { kind: 'unsupported'; reason: 'too_old' | 'too_new' }
  | { kind: 'offline' }
  | { kind: 'sign_in' }
  | { kind: 'trouble' };

export interface UnitFetcherDeps {
  database: Database;
  api: ApiClient;
  clock: Clock;
  schemas: SupportedSchemas;
  signal: AbortSignal;
  /** The answer was another feed's than the catalogue's: the server was restored, and the next pull will find out (rule CT-11). */
  onOtherFeed: () => void;
}
export interface UnitFetcher {
  /** Fetches one unit whole and stores it; callers that ask for the same unit at once share the request (rule OC-2). */
  fetch(unitId: string): Promise<UnitFetchResult>;
}

export function createUnitFetcher(deps: UnitFetcherDeps): UnitFetcher {
  const flight = createKeyedFlight<UnitFetchResult>();
  return { fetch: (unitId) => flight(unitId, () => fetchAndStore(deps, unitId)) };
}

async function fetchAndStore(
  { database, api, clock, schemas, signal, onOtherFeed }: UnitFetcherDeps,
  unitId: string,
): Promise<UnitFetchResult> {
  const cursorBefore = await readMetadata(database, 'cursor:units');
  const result = await api.call({ method: 'GET', path: `/content/units/${encodeURIComponent(unitId)}`, answer: Unit, signal });
  switch (result.kind) {
    case 'offline':
    case 'sign_in':
      return { kind: result.kind };
    case 'refused':
      return { kind: result.problem.status === 404 ? 'missing' : 'trouble' };
    case 'try_later':
    case 'not_ours':
      return { kind: 'trouble' };
    case 'ok':
      break;
  }
  const unit = result.body;
  if (unit.id !== unitId) return { kind: 'trouble' };
  const fault = judgeSchema(unit, schemas);
  return database.transaction(async (tx): Promise<UnitFetchResult> => {
    // Versions of two feeds cannot be compared: the same number may stand for other content.
    const feedId = await readMetadata(tx, 'feed_id');
    if (feedId !== null && feedId !== result.feedId) {
      onOtherFeed();
      return { kind: 'trouble' };
    }
    // An answer from before what is known here (a node that lags, a cache in between) has neither that version's files nor its lessons.
    // What the server has is said by the stub where there is one; the row beside it may be of another time.
    const known = await tx.get<{ version: number; pull_generation: number }>(
      `SELECT version, pull_generation
       FROM (SELECT id, version, pull_generation, 0 AS rank FROM unit_stubs UNION ALL SELECT id, version, pull_generation, 1 FROM units)
       WHERE id = ? ORDER BY rank LIMIT 1`,
      [unitId],
    );
    if (known && unit.version < known.version) return { kind: 'trouble' };
    // Not in the catalogue, which has moved on since it was asked for: it may be deleted by now, and must not come to life (rule CT-3).
    if (!known && cursorBefore !== (await readMetadata(tx, 'cursor:units'))) return { kind: 'trouble' };
    const currentGeneration = (await readMetadataNumber(tx, 'pull_generation')) ?? 0;
    // A full pull has seen what its pages bring, and nothing else: this unit may be deleted before the pull comes to its place.
    const isFullPull = (await readMetadata(tx, 'full_pull')) === '1';
    const pullGeneration = isFullPull ? (known?.pull_generation ?? currentGeneration - 1) : currentGeneration;
    if (fault) {
      await setAside(tx, { id: unit.id, version: unit.version, title: unit.title, ...fault, isTried: true }, pullGeneration);
      return { kind: 'unsupported', reason: fault.reason };
    }
    await storeFullUnit(tx, unit, { nowAt: clock.now(), pullGeneration, acceptsOlder: true });
    return { kind: 'stored', version: unit.version };
  });
}
