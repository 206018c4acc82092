import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { scenarioOf, type Stage } from './scenarios.ts';
import type { Server } from './processes.ts';

const READERS = 64;
/** Until every answer is made and as much of it is sent as the connections take. */
const SETTLE_MS = 2_000;

export interface InFlightFigures {
  readers: number;
  bodyBytes: number;
  /** What the server grew by for each of them, in bodies. */
  bodiesEach: number;
}

/** Learners ask for a first page and do not read it: what the server keeps for each of them. */
export async function measureInFlight(stage: Stage, server: Server): Promise<InFlightFigures> {
  const { requests, sample } = await scenarioOf('first-page').prepare(stage);
  const before = (await server.gauges()).rssBytes;
  const sockets = await Promise.all(
    Array.from({ length: READERS }, (_, at) => ask(stage.port, requests[at % requests.length]?.[0] ?? '')),
  );
  await pause(SETTLE_MS);
  const { rssBytes } = await server.gauges();
  for (const socket of sockets) socket.destroy();
  const bodyBytes = sample.body.length;
  return { readers: READERS, bodyBytes, bodiesEach: (rssBytes - before) / READERS / bodyBytes };
}

function ask(port: number, request: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.pause();
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.write(request);
      resolve(socket);
    });
  });
}
