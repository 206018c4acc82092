import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

export interface Counted {
  rows: number;
  sha256: string;
}

/** Writes what COPY gives into a compressed file that is on disk when this resolves. */
export async function writeRows(rows: Readable, path: string): Promise<Counted> {
  const count = createCount();
  await pipeline(rows, count.pass, createGzip({ level: 6 }), createWriteStream(path, { flush: true, mode: 0o600 }));
  return count.result();
}

export async function readRows(path: string, into: Writable): Promise<Counted> {
  const count = createCount();
  await pipeline(createReadStream(path), createGunzip(), count.pass, into);
  return count.result();
}

/** COPY writes a line feed after each row, and as `\n` where one is in a value. */
function createCount(): { pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer>; result(): Counted } {
  const hash: Hash = createHash('sha256');
  let rows = 0;
  return {
    async *pass(source) {
      for await (const chunk of source) {
        hash.update(chunk);
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
        yield chunk;
      }
    },
    result: () => ({ rows, sha256: hash.digest('hex') }),
  };
}
