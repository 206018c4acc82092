import { createHash, randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import type { PublishUnitBody, Unit } from '@haversack/contract';
import { originOf, type PreparedUnit } from './check.ts';
import type { Fault } from './faults.ts';
import type { MediaFile } from './media-file.ts';
import { Refusal, type Server } from './server.ts';

export type Published =
  | { result: 'published'; version: number; filesSent: number; bytesSent: number }
  | { result: 'unchanged'; version: number }
  | { result: 'refused'; faults: Fault[] };
export type Progress = (filesSent: number, filesToSend: number) => void;

/**
 * Makes the server hold exactly this unit. Sends nothing when it already does; else the files it is not known to have, then the
 * unit in one keyed write. Killed or cut off anywhere, running it again ends in the same state.
 */
export async function publishUnit(server: Server, unit: PreparedUnit, onProgress: Progress): Promise<Published> {
  try {
    const current = await server.getUnit(unit.body.id);
    if (current && fingerprint(toBody(current)) === fingerprint(unit.body))
      return { result: 'unchanged', version: current.version };
    const missing = filesUnknownTo(current, unit.files);
    for (const [index, file] of missing.entries()) {
      onProgress(index, missing.length);
      await server.putObject(file.sha256, await openAsBlob(file.diskPath));
    }
    const baseVersion = current?.version ?? null;
    // One key for all tries of this write. A run that died after the server had done it finds the unit unchanged.
    const { version } = await server.putUnit(unit.body, `publish-${randomUUID()}`, baseVersion);
    const bytesSent = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { result: 'published', version, filesSent: missing.length, bytesSent };
  } catch (error) {
    if (error instanceof Refusal && error.problem.status !== 401) return { result: 'refused', faults: faultsOf(error, unit) };
    throw error;
  }
}

/** The files, each content once, that the published version does not name. */
function filesUnknownTo(current: Unit | null, files: MediaFile[]): MediaFile[] {
  const known = new Set(current?.assets.map(({ object_id }) => object_id));
  return files.filter(({ sha256 }) => {
    const isMissing = !known.has(sha256);
    known.add(sha256);
    return isMissing;
  });
}

/** What was published, without what the server made of it. */
function toBody(unit: Unit): PublishUnitBody {
  const { owner_id: _o, version: _v, updated_at: _u, in_my_units: _m, download_size_bytes: _d, ...head } = unit;
  return {
    ...head,
    lessons: unit.lessons.map(({ updated_at: _at, ...lesson }) => lesson),
    assets: unit.assets.map(({ updated_at: _at, url: _url, url_expires_at: _expires, ...asset }) => asset),
  };
}

/** SHA-256 over a form in which neither the order of fields nor that of lessons and assets as listed plays a part. */
function fingerprint(body: PublishUnitBody): string {
  const byId = <T extends { id: string }>(items: T[]): T[] => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ordered = { ...body, lessons: byId(body.lessons), assets: byId(body.assets) };
  const isFields = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
  const text = JSON.stringify(ordered, (_name, value: unknown) =>
    isFields(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

function faultsOf({ problem, message }: Refusal, unit: PreparedUnit): Fault[] {
  const whole = originOf('', unit.origins);
  if (problem.code === 'version_conflict') {
    return [{ ...whole, message: 'somebody else published this unit at the same moment; look at theirs, then run this again' }];
  }
  if (!problem.errors || problem.errors.length === 0) return [{ ...whole, message: `the server refuses: ${message}` }];
  return problem.errors.map((error) => {
    return { ...originOf(error.path, unit.origins), message: `the server refuses ${error.path || 'the unit'}: ${error.message}` };
  });
}
