import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { Measurement } from '../contestant.ts';
import type { Options } from '../plan.ts';
import { end, heard, start } from '../processes.ts';
import type { DownloadClient, Order } from './client.ts';

const CLIENTS: readonly DownloadClient[] = ['raw', 'haversack'];

interface PackServer {
  child: ChildProcess;
  origin: string;
  packBytes: number;
  files: Order['files'];
}

/** W6: how long the files take to disk, and what is fetched twice when the process is killed (SIGKILL) with half of the bytes sent. */
export async function measureDownloads({ rounds }: Options, note: (measurement: Measurement) => void): Promise<Measurement[]> {
  const child = start('downloads/server.ts', [], []);
  const measurements: Measurement[] = [];
  try {
    const { port, ...pack } = await heard<Omit<PackServer, 'child' | 'origin'> & { port: number }>(child);
    const server = { child, origin: `http://127.0.0.1:${port}`, ...pack };
    for (let round = 1; round <= rounds; round += 1) {
      for (const client of CLIENTS) {
        const figures = [...(await measureWhole(server, client)), await measureKilled(server, client)];
        const found = figures.map((figure): Measurement => ({ ...figure, workload: 'W6', contestant: client, units: 0, round }));
        found.forEach(note);
        measurements.push(...found);
      }
    }
  } finally {
    await end(child);
  }
  return measurements;
}

type Figure = Pick<Measurement, 'metric' | 'unit' | 'value' | 'peakRssMb'>;

async function measureWhole(server: PackServer, client: DownloadClient): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const process = startClient(server, client, folder);
    const { ms, peakRssMb } = await heard<{ ms: number; peakRssMb: number }>(process);
    await end(process);
    return [{ metric: 'download', unit: 'ms', value: ms, peakRssMb }];
  });
}

async function measureKilled(server: PackServer, client: DownloadClient): Promise<Figure> {
  return inFolder(async (folder) => {
    const before = await countSent(server);
    const half = once(server.child, 'message');
    server.child.send({ tellAtBytes: server.packBytes / 2 });
    const victim = startClient(server, client, folder);
    const died = once(victim, 'exit');
    await half;
    victim.kill('SIGKILL');
    await died;
    const second = startClient(server, client, folder);
    await heard(second);
    await end(second);
    const twice = (await countSent(server)) - before - server.packBytes;
    return { metric: 'fetched-twice', unit: 'bytes', value: Math.max(0, twice) };
  });
}

const startClient = ({ origin, files }: PackServer, client: DownloadClient, folder: string): ChildProcess =>
  start('downloads/client.ts', [JSON.stringify({ client, folder, origin, files } satisfies Order)], []);

async function countSent({ child }: PackServer): Promise<number> {
  const answer = once(child, 'message');
  child.send({});
  const [{ sentBytes }] = (await answer) as [{ sentBytes: number }];
  return sentBytes;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
