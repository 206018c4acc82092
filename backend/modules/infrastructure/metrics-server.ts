import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';
import { StartError } from './models.ts';

/**
 * Serves `GET /metrics` at an address of its own, which the public does not reach.
 * @throws {StartError} when it cannot listen there.
 */
export async function serveMetrics(
  metrics: Metrics,
  at: { port: number; host: string },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] !== '/metrics') return void response.writeHead(404).end();
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    return void answer(metrics, response);
  });
  const listening = once(server, 'listening');
  server.listen(at.port, at.host);
  await listening.catch((error: unknown) => {
    throw new StartError(
      `The metrics cannot be served at ${at.host}, port ${at.port} (${codeOf(error)}): set METRICS_PORT to a free port and METRICS_HOST to an address of this machine, or leave both out.`,
    );
  });
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${(server.address() as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const { contentType, text } = await metrics.render();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'no reason given');
