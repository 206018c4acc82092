import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreateServerSide, ServerSide } from './contestant.ts';
import { createFeed } from './data.ts';

// The server of one contestant, in a process of its own: `node server.ts <file of the server side> <name> <units>`. Says its port to
// the process that made it; answers the contestant's own protocol, the frame's `/events`, and what the frame asks under `/_bench/`.
const [file, name, units] = process.argv.slice(2);
if (file === undefined || name === undefined || units === undefined) throw new Error('what is to be served?');

const feed = createFeed(Number(units));
const { default: createSide } = (await import(file)) as { default: CreateServerSide };
const side: ServerSide = await createSide(feed);
const prefix = `/${name}`;
let events = new Set<string>();
let requests = 0;

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  if (url.startsWith('/_bench/')) return answerFrame(url, response);
  requests += 1;
  if (url === '/events') return takeEvents(request, response);
  if (!url.startsWith(prefix)) return void response.writeHead(404).end();
  request.url = url.slice(prefix.length) || '/';
  await side.handle(request, response);
}

/** Nothing of this is inside a clock. */
async function answerFrame(url: string, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://bench');
  switch (pathname) {
    case '/_bench/prepare':
      await side.prepare?.();
      break;
    case '/_bench/change':
      feed.change(Number(searchParams.get('count')));
      await side.prepare?.();
      break;
    case '/_bench/forget-events':
      events = new Set();
      break;
  }
  const eventCount = (await side.countEvents?.()) ?? events.size;
  sendJson(response, { events: eventCount, requests, head: feed.head });
}

interface EventBatch {
  items: { idempotency_key: string; payload: unknown }[];
}

async function takeEvents(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { items } = JSON.parse(await readText(request)) as EventBatch;
  const results = items.map(({ idempotency_key }) => {
    const status = events.has(idempotency_key) ? 'duplicate' : 'accepted';
    events.add(idempotency_key);
    return { idempotency_key, status };
  });
  sendJson(response, { results });
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

async function end(): Promise<void> {
  await side.close?.();
  process.exit();
}
