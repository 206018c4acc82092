import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../mobile/modules/infrastructure/models.ts';
import { createClock } from '../../../mobile/modules/infrastructure/platform/clock.ts';
import { openCache } from '../contestants/haversack-cache.ts';
import { makeUnit } from '../data.ts';

// Brings the files of W6 to disk in a process of its own, which may be killed and begin again: `node client.ts <Order as JSON>`.

export interface Order {
  client: DownloadClient;
  folder: string;
  origin: string;
  /** SHA-256 and size. */
  files: [string, number][];
}
export type DownloadClient = 'raw' | 'haversack';

const FILES_AT_ONCE = 6;
const order = JSON.parse(process.argv[2] ?? '') as Order;
const ms = order.client === 'raw' ? await fetchRaw(order) : await downloadUnit(order);
process.send?.({ ms, peakRssMb: process.resourceUsage().maxRSS / 1024 }, () => process.exit(0));

/** The limit: fetch, SHA-256, a file; what is not whole is fetched anew. */
async function fetchRaw({ folder, origin, files }: Order): Promise<number> {
  const waiting = files.filter(([sha256]) => !existsSync(join(folder, sha256)));
  async function fetchNext(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [sha256] = next;
      const reply = await fetch(`${origin}/objects/${sha256}`);
      const hash = createHash('sha256');
      const part = join(folder, `${sha256}.part`);
      const body = Readable.fromWeb(reply.body as Parameters<typeof Readable.fromWeb>[0]);
      body.on('data', (chunk: Buffer) => hash.update(chunk));
      await pipeline(body, createWriteStream(part));
      if (hash.digest('hex') !== sha256) throw new Error(`${sha256} came wrong`);
      renameSync(part, join(folder, sha256));
    }
  }
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, fetchNext));
  return performance.now() - beganAt;
}

/** One unit with all of these files, from the tap on "Download unit" to "Downloaded". */
async function downloadUnit({ folder, origin }: Order): Promise<number> {
  const clock: Clock = createClock();
  const { cache } = await openCache({ folder, serverUrl: origin, clock });
  await cache.syncNow();
  const { id } = makeUnit(0, 1, 1);
  const isThere = async (): Promise<boolean> => (await cache.downloadState(id)).status === 'downloaded';
  const beganAt = performance.now();
  const whole = new Promise<void>((resolve) => {
    cache.subscribe((topics) => {
      if (topics.includes('downloads')) void isThere().then((is) => is && resolve());
    });
  });
  await cache.requestUnitDownload(id);
  await whole;
  return performance.now() - beganAt;
}
