import { connect, type Socket } from 'node:net';

/**
 * A process that loads a server: keep-alive connections that each send their next request when the answer to the last is in.
 * It looks at the head and the length of an answer and throws the rest away; on the two cores that server, database and load share,
 * a client that parses would be what is measured.
 */
export interface LoadOrder {
  port: number;
  /** By connection: whole requests as they go over the wire, sent in turn and then again from the first. */
  requests: string[][];
  durationMs: number;
  /** Each request is sent once, however long that takes. */
  isOnce?: boolean;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** How many answers had which status. */
  statuses: Record<string, number>;
  bytes: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

async function load({ port, requests, durationMs, isOnce = false }: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  let bytes = 0;
  const begunAtMs = performance.now();
  const endAtMs = begunAtMs + durationMs;
  await Promise.all(
    requests.map((texts) =>
      repeat(port, { requests: texts.map((text) => Buffer.from(text)), isOnce, endAtMs }, (status, length, ms) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        bytes += length;
        latencies.push(ms);
      }),
    ),
  );
  const seconds = (performance.now() - begunAtMs) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (part: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN;
  return { requests: latencies.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99), statuses, bytes };
}

function repeat(
  port: number,
  { requests, isOnce, endAtMs }: { requests: Buffer[]; isOnce: boolean; endAtMs: number },
  onAnswer: (status: string, bytes: number, ms: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let sentAtMs = 0;
    let status = '';
    let headRest: Buffer | null = null;
    let missing = 0;
    let length = 0;

    function send(): void {
      headRest = null;
      status = '';
      length = 0;
      sentAtMs = performance.now();
      socket.write(requests[sent % requests.length] ?? '');
      sent += 1;
    }

    function readHead(chunk: Buffer): void {
      const all = headRest === null ? chunk : Buffer.concat([headRest, chunk]);
      const end = all.indexOf(END_OF_HEAD);
      if (end === -1) {
        headRest = all;
        return;
      }
      const head = all.toString('latin1', 0, end);
      status = head.slice(9, 12);
      const bodyBytes = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (/\r\ntransfer-encoding:/i.test(head)) throw new Error('an answer in chunks, which this client does not read');
      length = end + END_OF_HEAD.length + bodyBytes;
      missing = length - all.length;
    }

    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      if (status === '') readHead(chunk);
      else missing -= chunk.length;
      if (status === '' || missing > 0) return;
      const now = performance.now();
      onAnswer(status, length, now - sentAtMs);
      if (isOnce ? sent < requests.length : now < endAtMs) send();
      else socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
