import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadPublisherCredentials } from './publisher-credentials.ts';

it('[SE-5] two servers that start at once on one folder make one publisher, in a file for its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-publisher-'));
  try {
    const ids = { uuid: randomUUID, randomBytes };
    const all = await Promise.all(Array.from({ length: 8 }, () => loadPublisherCredentials(folder, ids)));
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(all.map(({ credentials }) => JSON.stringify(credentials))).size).toBe(1);
    expect(await readdir(folder)).toEqual(['publisher.json']);
    expect((await stat(join(folder, 'publisher.json'))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});
