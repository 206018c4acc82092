import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ASSET_EXTENSION_BY_CONTENT_TYPE, LIMITS, type AssetType } from '@haversack/contract';
import { fileTypeFromFile } from 'file-type';
import { parseFile } from 'music-metadata';
import type { FaultList, Place } from './faults.ts';

/** A file that a unit names: `path` is relative to the unit's folder, with `/`. */
export type MediaRef = { path: string; expects: AssetType | 'text'; place: Place };
export type MediaFile = {
  path: string;
  diskPath: string;
  type: AssetType;
  contentType: string;
  sizeBytes: number;
  sha256: string;
  /** Of audio, rounded to whole seconds; null for pictures. */
  durationSeconds: number | null;
};

/** Content types by the names under which the detector knows the same thing. */
const CONTENT_TYPE_ALIASES: Readonly<Record<string, string>> = {
  'audio/x-m4a': 'audio/mp4',
  'video/mp4': 'audio/mp4',
  'audio/vnd.wave': 'audio/wav',
  'image/apng': 'image/png',
};
const EXTENSION_ALIASES: Readonly<Record<string, string>> = { jpeg: 'jpg', oga: 'ogg', opus: 'ogg' };

/** Reads a picture or an audio file: what it is is told by its bytes, not by its name. Null, with the fault named, if it will not do. */
export async function readMedia(folder: string, ref: MediaRef, faults: FaultList): Promise<MediaFile | null> {
  const diskPath = findFile(folder, ref, faults);
  if (diskPath === null) return null;
  const contentType = await detectContentType(diskPath);
  const extension = contentType === null ? undefined : ASSET_EXTENSION_BY_CONTENT_TYPE[contentType];
  const wanted = ref.expects === 'audio' ? 'an audio file' : 'a picture';
  if (contentType === null || extension === undefined || !contentType.startsWith(`${ref.expects}/`)) {
    const allowed = Object.entries(ASSET_EXTENSION_BY_CONTENT_TYPE).filter(([type]) => type.startsWith(`${ref.expects}/`));
    const names = allowed.map(([, name]) => name).join(', ');
    faults.add(ref.place, `"${ref.path}" is not ${wanted} that devices can show or play (${names}), whatever its name says`);
    return null;
  }
  const named = extname(ref.path).slice(1).toLowerCase();
  if ((EXTENSION_ALIASES[named] ?? named) !== extension) {
    faults.add(ref.place, `"${ref.path}" holds ${contentType}; rename it to end in .${extension}`);
  }
  const sizeBytes = statSync(diskPath).size;
  if (sizeBytes > LIMITS.objectMaxBytes) faults.add(ref.place, `"${ref.path}" is larger than ${LIMITS.objectMaxBytes} bytes`);
  const type = ref.expects === 'audio' ? 'audio' : 'image';
  const durationSeconds = type === 'audio' ? await measureDuration(diskPath, ref, faults) : null;
  return { path: ref.path, diskPath, type, contentType, sizeBytes, sha256: await hashFile(diskPath), durationSeconds };
}

/** Reads a transcript; null, with the fault named, if there is none. */
export function readTranscript(folder: string, ref: MediaRef, faults: FaultList): string | null {
  const diskPath = findFile(folder, ref, faults);
  if (diskPath === null) return null;
  const text = readFileSync(diskPath, 'utf8').replace(/\r\n?/gu, '\n').trim();
  if (text === '') faults.add(ref.place, `"${ref.path}" is empty`);
  if (text.includes('\uFFFD') || text.includes('\0')) faults.add(ref.place, `"${ref.path}" is not a text in UTF-8`);
  if (text.length > LIMITS.transcriptMaxChars)
    faults.add(ref.place, `"${ref.path}" has more than ${LIMITS.transcriptMaxChars} characters`);
  return text;
}

/** Nothing outside the unit's folder is ever read for a unit, by `..` or by a link (rule SE-6). */
function findFile(folder: string, { path, place }: MediaRef, faults: FaultList): string | null {
  const diskPath = join(folder, path);
  if (isAbsolute(path) || isOutside(folder, diskPath)) {
    faults.add(place, `"${path}" is outside the unit's folder`);
    return null;
  }
  if (!existsSync(diskPath) || !statSync(diskPath).isFile()) {
    faults.add(place, `there is no file "${path}" in the unit's folder`);
    return null;
  }
  if (!isOutside(realpathSync(folder), realpathSync(diskPath))) return diskPath;
  faults.add(place, `"${path}" is a link that leads outside the unit's folder`);
  return null;
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

async function detectContentType(diskPath: string): Promise<string | null> {
  const found = await fileTypeFromFile(diskPath);
  const bare = found?.mime.split(';')[0] ?? null;
  return bare === null ? null : (CONTENT_TYPE_ALIASES[bare] ?? bare);
}

async function measureDuration(diskPath: string, ref: MediaRef, faults: FaultList): Promise<number | null> {
  try {
    const { format } = await parseFile(diskPath, { duration: true, skipCovers: true });
    if (format.duration !== undefined && format.duration > 0) return Math.max(1, Math.round(format.duration));
  } catch {
    // Not parsed is the same to the author as parsed without a sound in it: the fault below.
  }
  faults.add(ref.place, `"${ref.path}" holds no sound that can be read; is it cut off?`);
  return null;
}

async function hashFile(diskPath: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(diskPath), hash);
  return hash.digest('hex');
}
