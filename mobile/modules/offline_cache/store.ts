import type { LearningEvent } from '@haversack/contract';
import type { SqlExecutor } from '../infrastructure/public.ts';
import type { NewEvent } from './events-repo.ts';
import type { ChangeTopic, OfflineCacheScreensApi } from './models.ts';
import type { OutboxWrite } from './outbox.ts';
import type { LessonRecord, UnitDetailRecord, UnitListing, UnitRecord } from './repo.ts';
import type { UnitFetchResult } from './unit-fetcher.ts';

/** How a wait for the first page of the catalogue ended. */
export type CatalogueFill = 'filled' | 'offline' | 'error';

/** What the offline cache offers to `content` and `learning_session`: SQLite first, and the one way to write. */
export interface OfflineCacheStore {
  readonly reader: SqlExecutor;
  /** One transaction; then listeners hear of the topics, and what is in the outbox is sent soon after (rules OB-1, SY-1). */
  write<T>(topics: readonly ChangeTopic[], work: (tx: SqlExecutor) => Promise<T>): Promise<T>;
  /** Event and outbox row, with the next number of this device. `exerciseCount`: of the lesson, for the score. */
  recordEvent(tx: SqlExecutor, event: NewEvent, exerciseCount: number | null): Promise<LearningEvent>;
  enqueue(tx: SqlExecutor, write: OutboxWrite): Promise<void>;
  /** A small thing about this device that is no work (where one stopped in a recording): nobody is told of it, nothing is sent. */
  readNote(key: string): Promise<string | null>;
  /** Null removes it. */
  writeNote(key: string, value: string | null): Promise<void>;
  setInMyUnits(tx: SqlExecutor, unitId: string, isInMyUnits: boolean): Promise<void>;
  listUnits(listing: UnitListing): Promise<UnitRecord[]>;
  /** Purged because this app no longer plays their schema; the title alone is left (rule SV-1). */
  listOutdatedUnits(): Promise<{ id: string; title: string }[]>;
  countUnitsForNewerApps(): Promise<number>;
  readUnit(unitId: string): Promise<UnitDetailRecord | null>;
  readLesson(unitId: string, lessonId: string): Promise<LessonRecord | null>;
  /** Fetches a unit whole and stores it; many callers at once make one request. */
  fetchUnit(unitId: string): Promise<UnitFetchResult>;
  /** Something is stored, or the catalogue was pulled to its end and is empty. */
  hasCatalogue(): Promise<boolean>;
  /** Waits for the first page; many callers at once make one fetch (rule OC-2). */
  fillCatalogue(): Promise<CatalogueFill>;
}

/** One person's cache. */
export interface OfflineCache extends OfflineCacheScreensApi, OfflineCacheStore {
  /** Begins to sync and to go on with downloads. */
  start(): void;
  /**
   * Stops everything under way and closes the database; nothing lands afterwards (rule SY-5). How many writes the server has not
   * confirmed, refused ones included, as they are in the closed file.
   */
  close(): Promise<number>;
}
