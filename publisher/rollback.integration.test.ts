import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignInBody } from '@haversack/contract';
import Value from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkUnitFolder } from './check.ts';
import { publishUnit } from './publish.ts';
import { rollBack } from './rollback.ts';
import { connect, realNetwork, type Network, type Server } from './server.ts';
import { startRealServer, type RealServer } from './test/real-server.ts';
import { editFile, makeUnitFolder, UNIT_ID } from './test/unit-folder.ts';

let real: RealServer;
beforeAll(async () => {
  real = await startRealServer();
}, 120_000);
afterAll(() => real.stop(), 60_000);

async function signedIn(network: Network = realNetwork): Promise<Server> {
  const server = connect(real.url, network);
  await server.signIn(Value.Parse(SignInBody, JSON.parse(readFileSync(real.credentialsFile, 'utf8'))));
  return server;
}

/** Publishes a folder as it is, then with another title. */
async function publishTwice(server: Server, id: string): Promise<string> {
  const folder = makeUnitFolder();
  editFile(folder, 'unit.yaml', UNIT_ID, id);
  for (const title of ['Knots', 'Better knots']) {
    if (title !== 'Knots') editFile(folder, 'unit.yaml', 'title: Knots', `title: ${title}`);
    const checked = await checkUnitFolder(folder);
    if (!checked.ok) throw new Error('the folder has faults');
    await publishUnit(server, checked.unit, () => undefined);
  }
  return folder;
}

async function runPublisher(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = [join(import.meta.dirname, 'main.ts'), ...args, '--server', real.url, '--credentials', real.credentialsFile];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

it('[PB-5] lists versions and goes back to one, named by folder or id', { timeout: 60_000 }, async () => {
  const id = '77777777-7777-4777-8777-777777777777';
  const server = await signedIn();
  const folder = await publishTwice(server, id);
  const listed = await runPublisher('versions', folder);
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out.split('\n')).toEqual([
    expect.stringMatching(/^2  \d{4}-\d\d-\d\d \d\d:\d\d  0\.\d MB  Better knots$/u),
    expect.stringMatching(/^1  .* MB  Knots$/u),
    '',
  ]);
  expect(await runPublisher('rollback', id, '--to', '1')).toEqual({
    code: 0,
    out: 'Knots: published version 3, as version 1 was\n',
    err: '',
  });
  expect((await runPublisher('rollback', folder, '--to', '1')).out).toBe('Knots: is as version 1 already (version 3)\n');
  expect(await server.getUnit(id)).toMatchObject({ version: 3, title: 'Knots' });
});

it('[PB-5] says in a sentence what keeps it from going back, and changes nothing', { timeout: 60_000 }, async () => {
  const id = '88888888-8888-4888-8888-888888888888';
  const server = await signedIn();
  const folder = await publishTwice(server, id);
  const cases: [string[], RegExp][] = [
    [['rollback', folder, '--to', '9'], /\/version: is no version of this unit\n$/u],
    [['rollback', folder], /^--to <version> is missing/u],
    [['rollback', join(folder, 'lessons'), '--to', '1'], /no folder that holds unit\.yaml\n$/u],
    [['versions', '99999999-9999-4999-8999-999999999999'], /nothing that you may see/u],
  ];
  for (const [args, words] of cases) {
    const { code, out, err } = await runPublisher(...args);
    expect([code, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err).toMatch(words);
  }
  expect((await server.getUnit(id))?.version).toBe(2);
});

it('[PB-5] makes one version of a roll back whose reply was lost', async () => {
  const id = '99999999-0000-4000-8000-999999999999';
  await publishTwice(await signedIn(), id);
  let lost = 0;
  const loseOnce: Network['fetch'] = async (input, init) => {
    const reply = await fetch(input, init);
    if (typeof input !== 'string' || !input.endsWith('/rollback') || lost > 0) return reply;
    lost += 1;
    await reply.arrayBuffer();
    throw new TypeError('fetch failed');
  };
  const server = await signedIn({ ...realNetwork, fetch: loseOnce, random: () => 0 });
  expect(await rollBack(server, id, 1)).toMatchObject({ version: 3, title: 'Knots', wasThere: false });
  expect(lost).toBe(1);
  expect((await server.getUnit(id))?.version).toBe(3);
});
