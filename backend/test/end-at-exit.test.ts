import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const nameOf = (path: string): string => JSON.stringify(join(import.meta.dirname, path));

it('[ST-3] tests that are stopped leave no PostgreSQL behind, and not its folder', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'haversack-exit-'));
  const program = `
    import { startEmbeddedPostgres } from ${nameOf('../modules/infrastructure/embedded-postgres.ts')};
    import { endAtExit } from ${nameOf('end-at-exit.ts')};
    const dataDir = ${JSON.stringify(dataDir)};
    endAtExit(dataDir);
    console.log((await startEmbeddedPostgres({ dataDir, log: () => undefined })).url);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(existsSync(dataDir)).toBe(false);
  const [refusal] = (await once(connect(Number(new URL(url.trim()).port), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  expect(refusal.code).toBe('ECONNREFUSED');
}, 60_000);
