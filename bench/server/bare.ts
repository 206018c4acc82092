import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

/** A process with two routes that do nothing but answer given bytes: the limits that Haversack is held against. */
export interface BareAnswer {
  status: number;
  /** Names and values in turn. */
  headers: string[];
  bodyBase64: string;
}

let answer: { status: number; headers: string[]; byName: Record<string, string>; body: Buffer } = {
  status: 204,
  headers: [],
  byName: {},
  body: Buffer.alloc(0),
};

const plain = createServer((_request, response) => {
  response.writeHead(answer.status, answer.headers).end(answer.body.length > 0 ? answer.body : undefined);
});

const framework = fastify();
framework.get('/*', async (_request, reply) => {
  reply.code(answer.status).headers(answer.byName);
  return reply.send(answer.body.length > 0 ? answer.body : undefined);
});

process.on('message', (message: BareAnswer | 'gauges') => {
  if (message === 'gauges') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
    return;
  }
  const { status, headers, bodyBase64 } = message;
  const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ''] as const] : []));
  answer = { status, headers, byName: Object.fromEntries(pairs), body: Buffer.from(bodyBase64, 'base64') };
  process.send?.('set');
});
process.on('disconnect', () => process.exit(0));

await framework.listen({ port: 0, host: '127.0.0.1' });
plain.listen(0, '127.0.0.1', () => {
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  process.send?.({ plain: portOf(plain), framework: portOf(framework.server) });
});
