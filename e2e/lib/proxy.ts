import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Between browser and server, so that the way between them can be cut, or slowed down, without either knowing beforehand. */
export interface Proxy {
  port: number;
  /** Nobody reaches the server: connections are closed, and new ones too. */
  cut(): void;
  /** Mends what `cut`, `withholdReply` or `slowDown` did. */
  mend(): void;
  /**
   * The next request that begins with `requestLine` still reaches the server, but its reply, and all after it on that connection,
   * does not come back. Resolves when the server has replied.
   */
  withholdReply(requestLine: string): Promise<void>;
  /** What the server says comes back no faster than this, on each connection. */
  slowDown(bytesPerSecond: number): void;
  /** What is sent of objects from now on; the list grows. */
  watchObjects(): readonly SentRange[];
}

/** A part of an object, by SHA-256, that the server began to send; a line that was cut may have lost some of it. */
export interface SentRange {
  objectId: string;
  first: number;
  length: number;
}

export async function startProxy(serverPort: number): Promise<Proxy & { close(): Promise<void> }> {
  const open = new Set<Socket>();
  let isCut = false;
  let withheld: { requestLine: string; replied: () => void } | null = null;
  let bytesPerSecond = Infinity;
  let sent: SentRange[] = [];

  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(serverPort, '127.0.0.1');
    let isSilenced = false;
    let replied: () => void = () => undefined;
    let askedFor: string | null = null;

    client.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      if (withheld && text.startsWith(withheld.requestLine)) {
        isSilenced = true;
        replied = withheld.replied;
        withheld = null;
      }
      askedFor = /^GET \/api\/v1\/objects\/([0-9a-f]{64})\?/.exec(text)?.[1] ?? null;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (askedFor !== null) sent.push({ objectId: askedFor, ...rangeOf(bytes) });
      askedFor = null;
      if (isSilenced) return replied();
      client.write(bytes);
      if (bytesPerSecond === Infinity) return;
      upstream.pause();
      setTimeout(() => upstream.resume(), (1_000 * bytes.length) / bytesPerSecond);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const dropAll = (): void => open.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      dropAll();
    },
    mend() {
      isCut = false;
      withheld = null;
      bytesPerSecond = Infinity;
    },
    withholdReply: (requestLine) =>
      new Promise((replied) => {
        withheld = { requestLine, replied };
      }),
    slowDown(limit) {
      bytesPerSecond = limit;
    },
    watchObjects() {
      sent = [];
      return sent;
    },
    async close() {
      dropAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** From the head of a reply. */
function rangeOf(reply: Buffer): { first: number; length: number } {
  const [head = ''] = reply.toString('latin1').split('\r\n\r\n', 1);
  return {
    first: Number(/^content-range: bytes (\d+)-/im.exec(head)?.[1] ?? 0),
    length: Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0),
  };
}
