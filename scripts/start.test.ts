import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'start.mjs');
const STARTED_MS = 240_000;

let dataDir: string;
const groups: number[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-'));
});

afterEach(() => {
  for (const group of groups.splice(0)) endGroup(group, 'SIGKILL');
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** `npm start` without npm, leader of a process group as in a terminal. */
function launch(settings: Record<string, string>): ChildProcess & { said: string } {
  const child = spawn(process.execPath, [SCRIPT], {
    cwd: dirname(import.meta.dirname),
    env: { ...process.env, DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const launched = Object.assign(child, { said: '' });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (launched.said += text));
  if (child.pid) groups.push(child.pid);
  return launched;
}

async function saying(child: { said: string; exitCode: number | null }, words: string): Promise<void> {
  for (const startedAt = Date.now(); !child.said.includes(words); await sleep(20)) {
    if (child.exitCode !== null || Date.now() - startedAt > STARTED_MS)
      throw new Error(`never said "${words}", but:\n${child.said}`);
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  while (child.exitCode === null && child.signalCode === null) await sleep(20);
  return child.exitCode;
}

function endGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // All of it has ended.
  }
}

/** Command lines of what still runs on our data folder or in the group that we launched. */
function left(group: number): string[] {
  return processes()
    .filter((one) => one.group === group || one.command.includes(dataDir))
    .map(({ command }) => command);
}

/** Every process but zombies. Slim Linux images have no `ps`. */
function processes(): { group: number; command: string }[] {
  if (!existsSync('/proc/self/stat')) {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pgid=,command='], { encoding: 'utf8' });
    return stdout.split('\n').map((line) => ({ group: Number.parseInt(line, 10), command: line }));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // "pid (name) state parent group …"
        const [state, , group] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return state === 'Z' ? [] : [{ group: Number(group), command }];
      } catch {
        return [];
      }
    });
}

/** At once: whoever starts it again, or takes the folder away, does so when it has ended. */
function nothingLeft(group: number): void {
  expect(left(group)).toEqual([]);
}

async function freePort(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

async function unusedPort(): Promise<string> {
  const { port, server } = await freePort();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

describe('npm start, asked for what cannot be', () => {
  it('[ST-4] says that the port is in use before anything else, and which command takes another', async () => {
    const { port, server } = await freePort();
    try {
      const child = launch({ PORT: String(port) });
      expect(await ended(child)).toBe(1);
      expect(child.said.trim()).toBe(
        `Port ${port} is in use by another program (perhaps another Haversack). Stop that, or choose another port: PORT=${port + 1} npm start`,
      );
    } finally {
      server.close();
    }
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ PORT: 'abc' }, /^PORT is "abc"; it must be a number/],
    [{ HOST: '192.0.2.1' }, /^HOST is "192\.0\.2\.1", which is not an address of this machine/],
    [{ PUBLISHER_EMAIL: 'a@example.org' }, /^PUBLISHER_EMAIL and PUBLISHER_PASSWORD belong together/],
    [{ TLS_CERT: '/nowhere.pem', TLS_KEY: '/nowhere.pem' }, /^TLS_CERT names the file \/nowhere\.pem, which cannot be read/],
    [{ DATABASE_URL: 'mysql://localhost/x' }, /^DATABASE_URL must look like postgres:/],
    [
      { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' },
      /^DATABASE_URL points to 127\.0\.0\.1, port 1, and nothing answers there\./,
    ],
  ])('[ST-4] says in one sentence what is wrong with %j', async (settings, sentence) => {
    const child = launch({ PORT: await unusedPort(), ...settings });
    expect(await ended(child)).toBe(1);
    expect(child.said.trim()).toMatch(sentence);
    expect(child.said.trim().split('\n')).toHaveLength(1);
    expect(child.said).not.toContain('secret');
  });
});

describe('npm start', () => {
  it(
    '[ST-2] [ST-3] [ST-5] serves, ends whole on Ctrl-C, does nothing twice, and survives kill -9',
    { timeout: 600_000 },
    async () => {
      const PORT = await unusedPort();
      const first = launch({ PORT });
      await saying(first, 'Haversack is at ');
      expect((await fetch(`http://127.0.0.1:${PORT}/api/v1/health`)).status).toBe(200);
      endGroup(first.pid ?? 0, 'SIGINT');
      expect(await ended(first)).toBe(0);
      nothingLeft(first.pid ?? 0);

      const second = launch({ PORT });
      await saying(second, 'Haversack is at ');
      for (const again of ['Installing', 'Building', 'Making the database', ': published version'])
        expect(second.said).not.toContain(again);
      endGroup(second.pid ?? 0, 'SIGKILL');
      await ended(second);

      const third = launch({ PORT });
      await saying(third, 'Haversack is at ');
      third.kill('SIGTERM');
      expect(await ended(third)).toBe(0);
      nothingLeft(third.pid ?? 0);
    },
  );

  it.each([
    ['', false],
    [', whoever reads what it says gone before', true],
  ])(
    '[ST-3] leaves no process behind when it is stopped at any moment of its start%s',
    { timeout: 600_000 },
    async (_when, isUnread) => {
      const PORT = await unusedPort();
      for (const afterMs of [100, 400, 700, 1000, 1400, 1800, 2400]) {
        rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
        const child = launch({ PORT });
        await sleep(afterMs);
        // As `npm start | tee log` on Ctrl-C.
        if (isUnread) for (const stream of [child.stdout, child.stderr]) stream?.destroy();
        endGroup(child.pid ?? 0, 'SIGINT');
        // null: the signal came before our first line ran.
        expect([0, 130, null]).toContain(await ended(child));
        nothingLeft(child.pid ?? 0);
      }
    },
  );
});
