import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHaversackSide } from '../contestants/haversack.server.ts';
import { feedOf, makePack } from './pack.ts';

// Gives the files of W6, by ranges too, and Haversack's own wire about the unit that they belong to; counts every byte that leaves.
const pack = makePack();
const bytesBySha256 = new Map(pack.map(({ sha256, bytes }) => [sha256, bytes]));
const packBytes = pack.reduce((sum, { bytes }) => sum + bytes.length, 0);
const side = createHaversackSide(feedOf(pack), { encodesUnits: true });
await side.prepare?.();

const open = new Set<Socket>();
let closedBytes = 0;
const sentBytes = (): number => [...open].reduce((sum, { bytesWritten }) => sum + bytesWritten, closedBytes);

const server = createServer((request, response) => {
  const [, sha256] = /^\/objects\/([0-9a-f]{64})$/.exec(request.url ?? '') ?? [];
  if (sha256 !== undefined) return sendObject(sha256, request, response);
  void side.handle(request, response);
});
server.on('connection', (socket: Socket) => {
  open.add(socket);
  socket.on('close', () => {
    open.delete(socket);
    closedBytes += socket.bytesWritten;
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({
    port: (server.address() as AddressInfo).port,
    packBytes,
    files: pack.map(({ sha256, bytes }) => [sha256, bytes.length]),
  });
});

let watch: NodeJS.Timeout | undefined;

/** `{tellAtBytes}`: one message when so many have left since now; `{count: true}`: how many have. */
process.on('message', (message: { tellAtBytes?: number }) => {
  clearInterval(watch);
  const { tellAtBytes } = message;
  if (tellAtBytes === undefined) return void process.send?.({ sentBytes: sentBytes() });
  const from = sentBytes();
  watch = setInterval(() => {
    if (sentBytes() - from < tellAtBytes) return;
    clearInterval(watch);
    process.send?.({ isAt: true });
  }, 1);
});
process.on('disconnect', () => process.exit());

function sendObject(sha256: string, request: IncomingMessage, response: ServerResponse): void {
  const bytes = bytesBySha256.get(sha256);
  if (bytes === undefined) return void response.writeHead(404).end();
  const etag = `"${sha256}"`;
  const condition = request.headers['if-range'];
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const headers = { 'content-type': 'audio/mpeg', etag, 'accept-ranges': 'bytes' };
  if (first === undefined || (condition !== undefined && condition !== etag))
    return void response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
  const until = Math.min(bytes.length, last ? Number(last) + 1 : bytes.length);
  const part = bytes.subarray(Number(first), until);
  const range = `bytes ${first}-${until - 1}/${bytes.length}`;
  response.writeHead(206, { ...headers, 'content-range': range, 'content-length': part.length }).end(part);
}
