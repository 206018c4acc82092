import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Said anew on each of the two ways. */
const HOP_BY_HOP = new Set(['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

/** Between a client and the real server: of the batches of events that the server took in, every third answer is lost on its way back. */
export async function startLossyProxy(origin: string): Promise<{ origin: string; lost(): number; stop(): Promise<void> }> {
  let batches = 0;
  let lost = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        HOP_BY_HOP.has(name) || typeof value !== 'string' ? [] : [[name, value] as const],
      );
      const reply = await fetch(origin + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const body = Buffer.from(await reply.arrayBuffer());
      if (request.method === 'POST') batches += 1;
      if (request.method === 'POST' && batches % 3 === 1) {
        lost += 1;
        return void response.destroy();
      }
      const kept = [...reply.headers].filter(([name]) => !HOP_BY_HOP.has(name));
      response.writeHead(reply.status, Object.fromEntries(kept)).end(body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
