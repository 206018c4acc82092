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
  /** Share of one core that the load took; near 1 it is the load that is measured. */
  busy: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CHUNK_BYTES = 64 * 1024;
/** These have no body, whatever their head says. */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

async function load({ port, requests, durationMs, isOnce = false }: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  let bytes = 0;
  const begunAtMs = performance.now();
  const { user, system } = process.cpuUsage();
  const endAtMs = begunAtMs + durationMs;
  await Promise.all(
    requests.map((texts) =>
      repeat(port, { requests: texts.map((text) => Buffer.from(text)), isOnce, endAtMs }, (status, length, ms) => {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        bytes += length;
        latencies.push(ms);
      }),
    ),
  );
  const seconds = (performance.now() - begunAtMs) / 1000;
  const used = process.cpuUsage({ user, system });
  latencies.sort((one, other) => one - other);
  const at = (part: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN;
  return {
    requests: latencies.length,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    statuses: Object.fromEntries(statuses),
    bytes,
    busy: (used.user + used.system) / 1e6 / seconds,
  };
}

function repeat(
  port: number,
  { requests, isOnce, endAtMs }: { requests: Buffer[]; isOnce: boolean; endAtMs: number },
  onAnswer: (status: number, bytes: number, ms: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let sentAtMs = 0;
    let headRest: Buffer | null = null;
    /** Of the answer that is coming in; 0 before its head is read. */
    let status = 0;
    let missing = 0;
    let length = 0;

    function send(nowMs: number): void {
      status = 0;
      sentAtMs = nowMs;
      socket.write(requests[sent % requests.length] ?? '');
      sent += 1;
    }

    function readHead(chunk: Buffer): void {
      const all = headRest === null ? chunk : Buffer.concat([headRest, chunk]);
      const end = all.indexOf(END_OF_HEAD);
      // The chunk's memory is the next one's too.
      headRest = end === -1 ? Buffer.from(all) : null;
      if (end === -1) return;
      status = Number(all.toString('latin1', 9, 12));
      length = end + END_OF_HEAD.length + (BODILESS.has(status) ? 0 : bodyBytesOf(all.toString('latin1', 0, end)));
      missing = length - all.length;
    }

    function read(chunk: Buffer): void {
      if (status === 0) readHead(chunk);
      else missing -= chunk.length;
      if (status === 0 || missing > 0) return;
      const nowMs = performance.now();
      onAnswer(status, length, nowMs - sentAtMs);
      if (isOnce ? sent < requests.length : nowMs < endAtMs) send(nowMs);
      else socket.end();
    }

    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK_BYTES),
      callback(bytes: number, buffer: Uint8Array): boolean {
        read(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
        return true;
      },
    };
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    socket.on('connect', () => send(performance.now()));
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

function bodyBytesOf(head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined && /\r\ntransfer-encoding:/i.test(head))
    throw new Error('an answer in chunks, which this client does not read');
  return Number(length ?? 0);
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
