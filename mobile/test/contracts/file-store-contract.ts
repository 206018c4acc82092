import type { FileStore } from '../../modules/infrastructure/models.ts';
import { createSha256 } from '../../modules/infrastructure/platform/sha256.ts';
import { expectEqual, expectRejection, type ContractCase } from './contract-case.ts';

const AREA = 'contract';
const OTHER_AREA = 'contract-2';
const PART = `${'a'.repeat(64)}.mp3.part`;
const WHOLE = `${'a'.repeat(64)}.mp3`;
const OTHER = `${'b'.repeat(64)}.webp`;

/** What every `FileStore` keeps; each case begins with the two areas empty. */
export const FILE_STORE_CONTRACT: readonly ContractCase<FileStore>[] = [
  {
    name: '[DL-3] appends',
    async run(files) {
      expectEqual(await files.size(AREA, PART), null, 'size of no file');
      await files.append(AREA, PART, 0, bytes(1, 2, 3));
      await files.append(AREA, PART, 3, bytes(4, 5));
      expectEqual(await files.size(AREA, PART), 5, 'size');
      await expectHolds(files, AREA, PART, bytes(1, 2, 3, 4, 5));
    },
  },
  {
    name: '[DL-3] refuses to append where the file is not as long as was thought, and leaves it as it is',
    async run(files) {
      await expectRejection(files.append(AREA, PART, 1, bytes(1)), 'to a file that is not there');
      expectEqual(await files.size(AREA, PART), null, 'still no file');
      await files.append(AREA, PART, 0, bytes(1, 2));
      await expectRejection(files.append(AREA, PART, 1, bytes(9)), 'into the middle');
      await expectRejection(files.append(AREA, PART, 3, bytes(9)), 'behind a hole');
      await expectHolds(files, AREA, PART, bytes(1, 2));
    },
  },
  {
    name: '[DL-2] moves a file into place, over what stood there',
    async run(files) {
      await files.append(AREA, WHOLE, 0, bytes(9, 9, 9));
      await files.append(AREA, PART, 0, bytes(1));
      await files.move(AREA, PART, WHOLE);
      await expectHolds(files, AREA, WHOLE, bytes(1));
      expectEqual(await files.size(AREA, PART), null, 'its old name');
      await expectRejection(files.move(AREA, PART, WHOLE), 'moving a file that is not there');
      expectEqual(await files.size(AREA, WHOLE), 1, 'what stood there');
    },
  },
  {
    name: '[DL-9] lists names and sizes of an area, and removes',
    async run(files) {
      expectEqual(await files.list(AREA), [], 'an empty area');
      await files.append(AREA, PART, 0, bytes(1, 2));
      await files.append(AREA, OTHER, 0, bytes());
      const sorted = (await files.list(AREA)).sort((a, b) => (a.name < b.name ? -1 : 1));
      expectEqual(
        sorted,
        [
          { name: PART, sizeBytes: 2 },
          { name: OTHER, sizeBytes: 0 },
        ],
        'the list',
      );
      await files.remove(AREA, PART);
      await files.remove(AREA, PART);
      expectEqual(await files.list(AREA), [{ name: OTHER, sizeBytes: 0 }], 'the list after removing');
    },
  },
  {
    name: '[OC-5] keeps areas apart and removes one whole',
    async run(files) {
      await files.append(AREA, WHOLE, 0, bytes(1));
      await files.append(OTHER_AREA, WHOLE, 0, bytes(2, 2));
      await files.removeArea(AREA);
      await files.removeArea(AREA);
      expectEqual(await files.size(AREA, WHOLE), null, 'the removed area');
      await expectHolds(files, OTHER_AREA, WHOLE, bytes(2, 2));
    },
  },
  {
    name: '[DL-3] holds megabytes, chunk after chunk, in the order of the calls',
    async run(files) {
      const size = 512 * 1024;
      const chunks = [1, 2, 3, 4].map((value) => new Uint8Array(size).fill(value));
      await Promise.all(chunks.map((chunk, index) => files.append(AREA, PART, index * size, chunk)));
      expectEqual(await files.size(AREA, PART), 4 * size, 'size');
      await expectHolds(files, AREA, PART, ...chunks);
    },
  },
  {
    name: '[DL-2] gives the SHA-256 of what is on the disk: of nothing, of a recording, of a file too large for memory, of no file',
    async run(files) {
      await files.append(AREA, OTHER, 0, bytes());
      await expectHolds(files, AREA, OTHER, bytes());
      const piece = Uint8Array.from({ length: 3_000_001 }, (_, index) => index % 251);
      await files.append(AREA, PART, 0, piece);
      await expectHolds(files, AREA, PART, piece);
      for (let count = 1; count < 4; count += 1) await files.append(AREA, PART, count * piece.length, piece);
      await expectHolds(files, AREA, PART, piece, piece, piece, piece);
      await expectRejection(files.sha256(AREA, WHOLE), 'a file that is not there');
    },
  },
  {
    name: '[SE-6] refuses names that leave the folder or are none of ours',
    async run(files) {
      for (const name of ['', '..', '../x', `../${WHOLE}`, 'x.mp3', `${WHOLE}.tmp`, `${WHOLE}/..`, WHOLE.toUpperCase()]) {
        await expectRejection(files.size(AREA, name), `size ${name}`);
        await expectRejection(files.append(AREA, name, 0, bytes(1)), `append ${name}`);
        await expectRejection(files.sha256(AREA, name), `sha256 ${name}`);
        await expectRejection(files.move(AREA, WHOLE, name), `move to ${name}`);
        await expectRejection(files.remove(AREA, name), `remove ${name}`);
        await expectRejection(files.localUri(AREA, name, 'audio/mpeg'), `localUri ${name}`);
      }
      for (const area of ['', '..', 'a/b', '../contract']) {
        await expectRejection(files.list(area), `list ${area}`);
        await expectRejection(files.removeArea(area), `removeArea ${area}`);
      }
    },
  },
  {
    name: '[DL-10] gives an address for a file that is there, and for no other',
    async run(files) {
      await files.append(AREA, OTHER, 0, bytes(1));
      const { uri, release } = await files.localUri(AREA, OTHER, 'image/webp');
      if (!/^(file|blob):/.test(uri)) throw new Error(`not a local address: ${uri}`);
      release();
      await expectRejection(files.localUri(AREA, WHOLE, 'audio/mpeg'), 'a file that is not there');
    },
  },
  {
    name: '[DL-7] says how much may still be stored, where the platform tells',
    async run(files) {
      const free = await files.freeBytes();
      if (free !== null && !(free > 0)) throw new Error(`free bytes: ${free}`);
    },
  },
];

async function expectHolds(files: FileStore, area: string, name: string, ...chunks: Uint8Array[]): Promise<void> {
  const hash = createSha256();
  for (const chunk of chunks) hash.update(chunk);
  expectEqual(await files.sha256(area, name), hash.digestHex(), `what ${name} holds`);
}

export async function runFileStoreCase(files: FileStore, { run }: ContractCase<FileStore>): Promise<void> {
  const sweep = async (): Promise<void> => {
    for (const area of [AREA, OTHER_AREA]) await files.removeArea(area);
  };
  await sweep();
  await run(files);
  await sweep();
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}
