import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from './processes.ts';
import type { Scenario, Stage } from './scenarios.ts';

const READERS = 64;
/** Until every answer is made and as much of it is sent as the connections take. */
const SETTLE_MS = 2_000;

export interface InFlightFigures {
  title: string;
  readers: number;
  bodyBytes: number;
  /** What the server grew by for each of them, in bodies. */
  bodiesEach: number;
}

/** Learners ask and do not read the answer: what a server that has just started keeps for each of them. */
export async function measureInFlight(stage: Stage, server: Server, scenario: Scenario): Promise<InFlightFigures> {
  const { requests, sample } = await scenario.prepare(stage);
  const before = (await server.gauges()).rssBytes;
  const sockets = await Promise.all(
    Array.from({ length: READERS }, (_, at) => ask(stage.port, requests[at % requests.length]?.[0] ?? '')),
  );
  await pause(SETTLE_MS);
  const { rssBytes } = await server.gauges();
  for (const socket of sockets) socket.destroy();
  const bodyBytes = sample.body.length;
  return { title: scenario.title, readers: READERS, bodyBytes, bodiesEach: (rssBytes - before) / READERS / bodyBytes };
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
