import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBytes } from './file-bytes.ts';

const BYTES = randomBytes(300_000);
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haversack-file-bytes-'));
  path = join(folder, 'object');
  await writeFile(path, BYTES);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Looks at what it was given only when it lets go of it, as a slow connection does. */
function slowWriter(taken: Buffer[]): Writable {
  return new Writable({
    highWaterMark: 1_000_000,
    write(bytes: Buffer, _encoding, done) {
      setTimeout(() => {
        taken.push(Buffer.from(bytes));
        done();
      }, 2);
    },
  });
}

async function isClosed(): Promise<boolean> {
  const open = await readdir('/proc/self/fd');
  const targets = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return !targets.includes(path);
}

describe('[OS-2] the bytes of a file', () => {
  it.each([
    ['whole', {}],
    ['from within', { start: 70_000 }],
    ['to within', { start: 0, end: 131_071 }],
    ['one byte', { start: 299_999, end: 299_999 }],
  ])('come to a slow reader as they are, %s', async (_name, range: { start?: number; end?: number }) => {
    const taken: Buffer[] = [];
    const source = new FileBytes(path, range);
    await finished(source.pipe(slowWriter(taken)));
    const wanted = BYTES.subarray(range.start ?? 0, (range.end ?? BYTES.length) + 1);
    expect(Buffer.concat(taken).equals(wanted)).toBe(true);
    expect((await buffer(new FileBytes(path, range))).equals(wanted)).toBe(true);
    await expect.poll(isClosed).toBe(true);
  });

  it('are no longer read when the reader has gone', async () => {
    const writer = slowWriter([]);
    const source = new FileBytes(path);
    source.pipe(writer);
    setTimeout(() => writer.destroy(), 3);
    await expect(finished(source)).rejects.toThrow('Premature close');
    await expect.poll(isClosed).toBe(true);
  });

  it('end with an error where there is no file', async () => {
    const source = new FileBytes(join(folder, 'missing'));
    source.pipe(slowWriter([]));
    await expect(finished(source)).rejects.toThrow('ENOENT');
    await expect(buffer(new FileBytes(join(folder, 'missing')))).rejects.toThrow('ENOENT');
  });
});
