import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { checkUnitFolder, type PreparedUnit } from './check.ts';
import { describeFault } from './faults.ts';
import { publishUnit, type Published } from './publish.ts';
import { connect, Refusal, Unreachable } from './server.ts';
import { ours, refusal, ScriptedServer, type Mishap } from './test/scripted-server.ts';
import { editFile, makeUnitFolder } from './test/unit-folder.ts';

async function prepare(folder: string): Promise<PreparedUnit> {
  const result = await checkUnitFolder(folder);
  if (!result.ok) throw new Error(result.faults.map(describeFault).join('\n'));
  return result.unit;
}

async function publish(server: ScriptedServer, folder: string): Promise<Published> {
  const connection = connect('http://server/', server.network);
  await connection.signIn({ email: 'a@b.c', password: 'secret' });
  return publishUnit(connection, await prepare(folder), () => undefined);
}

const isUnitPut: (request: { method: string; path: string }) => boolean = ({ method, path }) =>
  method === 'PUT' && path.startsWith('/content/units/');

it('[PB-2] sends files first, the unit last, and nothing at all the second time', async () => {
  const server = new ScriptedServer();
  const folder = makeUnitFolder();
  const first = await publish(server, folder);
  expect(first).toMatchObject({ result: 'published', version: 1, filesSent: 3 });
  expect(server.writes.map((write) => write.split('/')[1])).toEqual(['objects', 'objects', 'objects', 'content']);
  const before = server.writes.length;
  expect(await publish(server, folder)).toEqual({ result: 'unchanged', version: 1 });
  expect(server.writes).toHaveLength(before);
});

it('[PB-2] sends only the file that changed, and says which version it replaces', async () => {
  const server = new ScriptedServer();
  const folder = makeUnitFolder();
  await publish(server, folder);
  server.received.length = 0;
  writeFileSync(
    join(folder, 'media/cover.webp'),
    Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0', 'latin1'),
  );
  expect(await publish(server, folder)).toMatchObject({ result: 'published', version: 2, filesSent: 1 });
  expect(server.received.find(isUnitPut)).toMatchObject({ ifMatch: '"1"' });
});

it('[PB-3] repeats a write whose reply was lost under the same key', async () => {
  const server = new ScriptedServer();
  const lostOnce: Mishap = (request) => (isUnitPut(request) ? new TypeError('fetch failed') : null);
  server.mishaps = [() => null, () => null, () => null, () => null, () => null, lostOnce];
  expect(await publish(server, makeUnitFolder())).toMatchObject({ result: 'published', version: 1 });
  const keys = server.received.filter(isUnitPut).map(({ key }) => key);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^publish-[0-9a-f-]{36}$/u);
  expect(keys[1]).toBe(keys[0]);
});

it('[PB-3] gives each write another key, so that no answer of an earlier one is taken for its own', async () => {
  const server = new ScriptedServer();
  const folder = makeUnitFolder();
  await publish(server, folder);
  editFile(folder, 'unit.yaml', 'title: Knots', 'title: Good knots');
  await publish(server, folder);
  editFile(folder, 'unit.yaml', 'title: Good knots', 'title: Knots');
  await publish(server, folder);
  const keys = server.received.filter(isUnitPut).map(({ key }) => key);
  expect(new Set(keys).size).toBe(3);
});

it.each<[string, Mishap]>([
  ['the page of a captive portal', () => new Response('<html>Sign in to the Wi-Fi</html>', { status: 200 })],
  ['a gateway that finds no server', () => new Response('Bad gateway', { status: 502 })],
  ['a 404 that is not the server’s', () => new Response('Not found', { status: 404 })],
  ['a server that is too busy', () => refusal(429, 'rate_limited')],
  ['a success without the echoed key', ({ key }) => (key === null ? new TypeError('lost') : ours(200, {}))],
])('[PB-3] takes neither for success nor for refusal: %s', async (_, mishap) => {
  const server = new ScriptedServer();
  server.mishaps = [mishap, () => null, mishap, () => null, mishap, () => null, mishap, () => null, mishap, () => null, mishap];
  expect(await publish(server, makeUnitFolder())).toMatchObject({ result: 'published', version: 1 });
  expect(server.objects.size).toBe(3);
});

it('[PB-3] waits longer each time, at least as long as the server asks, and gives up with the reason', async () => {
  const server = new ScriptedServer();
  const busy: Mishap = () => ours(503, {}, { 'retry-after': '3' });
  server.mishaps = [
    busy,
    ...Array.from({ length: 5 }, (): Mishap => () => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
  ];
  await expect(publish(server, makeUnitFolder())).rejects.toThrow(
    new Unreachable('cannot reach http://server/api/v1: connect ECONNREFUSED (tried 5 times)'),
  );
  expect(server.pausesMs).toEqual([3000, 1000, 2000, 4000]);
});

it('[PB-4] tells what the server refuses by file and line, and tries no second time', async () => {
  const server = new ScriptedServer();
  const folder = makeUnitFolder();
  const errors = [
    { path: '/lessons/1/payload/exercises/0/prompt', message: 'is not kind' },
    { path: '/assets/2/object_id', message: 'unknown object' },
  ];
  server.mishaps = [() => null, () => null, () => null, () => null, () => null, () => refusal(422, 'invalid_body', errors)];
  const result = await publish(server, folder);
  const faults =
    result.result === 'refused'
      ? result.faults.map((fault) => describeFault({ ...fault, file: relative(folder, fault.file) }))
      : [];
  expect(faults).toEqual([
    'lessons/02-reef.md:10: the server refuses /lessons/1/payload/exercises/0/prompt: is not kind',
    'lessons/01-welcome.md:9: the server refuses /assets/2/object_id: unknown object',
  ]);
  expect(server.received.filter(isUnitPut)).toHaveLength(1);
});

it('[PB-4] overwrites nobody who published in between', async () => {
  const server = new ScriptedServer();
  server.mishaps = [() => null, () => null, () => null, () => null, () => null, () => refusal(412, 'version_conflict')];
  const result = await publish(server, makeUnitFolder());
  expect(result).toMatchObject({ result: 'refused', faults: [{ line: 1 }] });
  expect(JSON.stringify(result)).toContain('somebody else published this unit');
});

it('[PB-4] stops at a password that is wrong', async () => {
  const server = new ScriptedServer();
  server.mishaps = [() => refusal(401, 'invalid_credentials')];
  await expect(publish(server, makeUnitFolder())).rejects.toThrow(Refusal);
  expect(server.received).toHaveLength(1);
});
