import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came back on a socket, byte for byte as far as HTTP frames it. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** One connection that sends bytes as they are: nothing is mended, nothing is added. */
export class RawConnection {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    for (const event of ['end', 'close', 'error'] as const) {
      socket.on(event, () => {
        this.ended = true;
        this.wake();
      });
    }
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  write(bytes: Buffer | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Says that nothing more will come. */
  finish(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  get isOpen(): boolean {
    return !this.ended && !this.socket.destroyed;
  }

  /** Bytes that belong to no answer that was read. */
  get rest(): number {
    return this.received.length;
  }

  /** The next answer; null when the connection ends without one. @throws after `timeoutMs`, or when an answer is cut short. */
  async read(method: string, timeoutMs = 20_000): Promise<RawAnswer | null> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const parsed = parse(this.received, method, this.ended);
      if (parsed !== null) {
        this.received = this.received.subarray(parsed.length);
        if (parsed.answer.status >= 200) return parsed.answer;
        continue;
      }
      if (this.ended && this.received.length === 0) return null;
      if (this.ended) throw new Error(`the answer is cut short: ${this.received.toString('latin1', 0, 200)}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no answer within ${timeoutMs} ms; so far: ${this.received.toString('latin1', 0, 200)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

function parse(bytes: Buffer, method: string, ended: boolean): { answer: RawAnswer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`this is no HTTP: ${statusLine.slice(0, 100)}`);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const begin = headEnd + 4;
  const done = (body: Buffer, length: number) => ({ answer: { status, headers, body }, length });
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return done(Buffer.alloc(0), begin);
  if (headers['transfer-encoding'] === 'chunked') return parseChunks(bytes, begin, done);
  if (headers['content-length'] === undefined) return ended ? done(bytes.subarray(begin), bytes.length) : null;
  const end = begin + Number(headers['content-length']);
  return bytes.length < end ? null : done(bytes.subarray(begin, end), end);
}

function parseChunks<T>(bytes: Buffer, begin: number, done: (body: Buffer, length: number) => T): T | null {
  const chunks: Buffer[] = [];
  for (let at = begin; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return done(Buffer.concat(chunks), next);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** Opens, sends, reads one answer, closes. */
export async function exchange(
  port: number,
  bytes: Buffer | string,
  method = 'GET',
  timeoutMs?: number,
): Promise<RawAnswer | null> {
  const connection = await RawConnection.open(port);
  try {
    connection.write(bytes);
    return await connection.read(method, timeoutMs);
  } finally {
    connection.destroy();
  }
}
