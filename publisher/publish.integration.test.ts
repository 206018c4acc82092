import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SignInBody } from '@haversack/contract';
import Value from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkUnitFolder, type PreparedUnit } from './check.ts';
import { describeFault } from './faults.ts';
import { publishUnit } from './publish.ts';
import { connect, realNetwork, type Network, type Server } from './server.ts';
import { startRealServer, type RealServer } from './test/real-server.ts';
import { editFile, makeUnitFolder, UNIT_ID } from './test/unit-folder.ts';

const UNITS = join(import.meta.dirname, '..', 'units');
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

async function prepare(folder: string): Promise<PreparedUnit> {
  const result = await checkUnitFolder(folder);
  if (!result.ok) throw new Error(result.faults.map(describeFault).join('\n'));
  return result.unit;
}

/** A sound unit that no other test here publishes. */
function makeOwnFolder(id: string): string {
  const folder = makeUnitFolder();
  editFile(folder, 'unit.yaml', UNIT_ID, id);
  return folder;
}

async function runPublisher(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

it(
  '[PB-2] publishes the units that ship, finds them unchanged, and the server gives back every byte',
  { timeout: 60_000 },
  async () => {
    const args = ['publish', UNITS, '--server', real.url, '--credentials', real.credentialsFile];
    const first = await runPublisher(...args);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out.trim().split('\n')).toHaveLength(4);
    expect(first.out.match(/published version 1 \(/gu)).toHaveLength(4);
    const second = await runPublisher(...args);
    expect(second.out.match(/: unchanged \(version 1\)/gu)).toHaveLength(4);
    const server = await signedIn();
    const unit = await server.getUnit((await prepare(join(UNITS, 'first-aid'))).body.id);
    expect(unit?.assets.length).toBeGreaterThan(0);
    for (const asset of unit?.assets ?? []) {
      const bytes = Buffer.from(await (await fetch(new URL(asset.url, real.url))).arrayBuffer());
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(asset.object_id);
    }
  },
);

it('[PB-3] makes one version of a write whose reply was lost', async () => {
  let lost = 0;
  const loseOnce: Network['fetch'] = async (input, init) => {
    const reply = await fetch(input, init);
    const isUnitPut = init?.method === 'PUT' && typeof input === 'string' && input.includes('/content/units/');
    if (!isUnitPut || lost > 0) return reply;
    lost += 1;
    await reply.arrayBuffer();
    throw new TypeError('fetch failed');
  };
  const server = await signedIn({ ...realNetwork, fetch: loseOnce, random: () => 0 });
  const unit = await prepare(makeOwnFolder('11111111-1111-4111-8111-111111111111'));
  expect(await publishUnit(server, unit, () => undefined)).toMatchObject({ result: 'published', version: 1 });
  expect(lost).toBe(1);
  expect((await server.getUnit(unit.body.id))?.version).toBe(1);
});

it('[PB-2] makes a new version of what changed, and leaves a lesson out that left the folder', async () => {
  const server = await signedIn();
  const folder = makeOwnFolder('22222222-2222-4222-8222-222222222222');
  await publishUnit(server, await prepare(folder), () => undefined);
  editFile(folder, 'unit.yaml', 'title: Knots', 'title: Better knots');
  editFile(folder, 'unit.yaml', '  - lessons/02-reef.md\n', '');
  rmSync(join(folder, 'lessons/02-reef.md'));
  const unit = await prepare(folder);
  expect(await publishUnit(server, unit, () => undefined)).toMatchObject({ result: 'published', version: 2, filesSent: 0 });
  const published = await server.getUnit(unit.body.id);
  expect(published).toMatchObject({ title: 'Better knots', lesson_order: unit.body.lesson_order });
  expect(published?.lessons).toHaveLength(1);
});

it('[PB-4] tells by file and line what the real server refuses, and nothing is published', async () => {
  const server = await signedIn();
  const folder = makeOwnFolder('33333333-3333-4333-8333-333333333333');
  const unit = await prepare(folder);
  const [asset] = unit.body.assets;
  if (asset) Object.assign(asset, { object_id: '0'.repeat(64), checksum: `sha256:${'0'.repeat(64)}` });
  const result = await publishUnit(server, unit, () => undefined);
  const faults =
    result.result === 'refused'
      ? result.faults.map((fault) => describeFault({ ...fault, file: relative(folder, fault.file) }))
      : [];
  expect(faults).toEqual([expect.stringMatching(/^unit\.yaml:7: the server refuses \/assets\/0\/object_id: /u)]);
  expect(await server.getUnit(unit.body.id)).toBeNull();
});

it('[PB-4] ends with 1 and one sentence when nobody answers, or the password is wrong', { timeout: 60_000 }, async () => {
  const folder = makeOwnFolder('44444444-4444-4444-8444-444444444444');
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({ email: 'nobody@example.org', password: 'not this one' }));
  const refused = await runPublisher('publish', folder, '--server', real.url, '--credentials', wrong);
  expect(refused).toEqual({ code: 1, out: '', err: 'the server does not accept this e-mail address and password\n' });
  const nobody = await runPublisher('publish', folder, '--server', 'http://127.0.0.1:9', '--credentials', wrong);
  expect(nobody.code).toBe(1);
  expect(nobody.err).toMatch(/^cannot reach http:\/\/127\.0\.0\.1:9\/api\/v1: .* \(tried 5 times\)\n$/u);
});

it('[PB-1] sends the sound units though one is faulty, names its faults, and ends with 1', { timeout: 60_000 }, async () => {
  const sound = makeOwnFolder('55555555-5555-4555-8555-555555555555');
  const faulty = makeOwnFolder('66666666-6666-4666-8666-666666666666');
  editFile(faulty, 'unit.yaml', 'title: Knots', 'titel: Knots');
  const { code, out, err } = await runPublisher(
    'publish',
    faulty,
    sound,
    '--server',
    real.url,
    '--credentials',
    real.credentialsFile,
  );
  expect(code).toBe(1);
  expect(out).toContain(`${sound}: Knots: published version 1`);
  expect(err).toContain(`${join(faulty, 'unit.yaml')}:2: unknown field "titel"`);
});
