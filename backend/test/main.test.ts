import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFrom, dropDatabase } from './database.ts';
import { killLaunched, launch as launchBare, type Started } from './processes.ts';

let dataDir: string;
let name: string;
let databaseUrl: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'haversack-main-'));
  name = `s_${randomUUID().replaceAll('-', '')}`;
  databaseUrl = await createFrom(inject('postgresUrl'), name, 'template0');
});
afterEach(killLaunched);
afterAll(async () => {
  await dropDatabase(inject('postgresUrl'), name);
  await rm(dataDir, { recursive: true });
});

const launch = (env: Record<string, string>): Started => launchBare({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl, ...env });

describe('the server as a process', () => {
  it('starts, makes a publisher once, serves, and ends in order', async () => {
    const first = launch({});
    const url = await first.served();
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    const path = join(dataDir, 'publisher.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const credentials = await readFile(path, 'utf8');
    const signIn = (base: string) =>
      fetch(`${base}/api/v1/users/sign-in`, {
        method: 'POST',
        body: credentials,
        headers: { 'content-type': 'application/json' },
      });
    expect(await (await signIn(url)).json()).toMatchObject({ user: { role: 'publisher' } });
    first.child.kill('SIGTERM');
    const { code, said } = await first.ended;
    expect([code, said.match(/with password/g)?.length]).toEqual([0, 1]);
    const second = launch({});
    const again = await second.served();
    expect((await signIn(again)).status).toBe(200);
    expect(await readFile(path, 'utf8')).toBe(credentials);
    // Whoever started it is gone: it ends too. (`close` is not told of a child whose channel was cut.)
    const exited = once(second.child, 'exit');
    second.child.disconnect();
    expect((await exited)[0]).toBe(0);
  });

  it('says in one sentence what to do, and ends with 1', async () => {
    const taken = createServer().listen(0, '::');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const blocked = join(dataDir, 'a-file');
    await writeFile(blocked, '');
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const deadPort = (free.address() as AddressInfo).port;
    free.close();
    const cases: [Record<string, string>, string][] = [
      [{ PORT: port }, `Port ${port} is in use`],
      [{ DATABASE_URL: `postgres://a:secret@127.0.0.1:${deadPort}/b` }, 'nothing answers'],
      [{ DATABASE_URL: databaseUrl.replace(name, 'no_such_database') }, 'no database of this name'],
      [{ DATABASE_URL: 'postgres://a:secret@127.0.0.1:99999/b' }, 'Check DATABASE_URL'],
      [{ DATA_DIR: join(blocked, 'below') }, 'cannot be written'],
      [{ METRICS_PORT: port, METRICS_HOST: '::' }, 'set METRICS_PORT to a free port'],
      [{ TLS_CERT: join(dataDir, 'no.pem'), TLS_KEY: join(dataDir, 'no.key') }, 'cannot be read'],
    ];
    for (const [env, words] of cases) {
      const { code, said } = await launch(env).ended;
      expect([code, said]).toEqual([1, expect.stringContaining(words)]);
      expect(said.trim().split('\n')).toHaveLength(1);
      expect(said).not.toContain('secret');
    }
    taken.close();
  }, 60_000);
});
