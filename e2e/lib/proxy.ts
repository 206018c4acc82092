import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Between browser and server, so that the way between them can be cut without either knowing beforehand. */
export interface Proxy {
  port: number;
  /** Nobody reaches the server: connections are closed, and new ones too. */
  cut(): void;
  /** Mends what `cut` or `withholdReply` did. */
  mend(): void;
  /**
   * The next request that begins with `requestLine` still reaches the server, but its reply, and all after it on that connection,
   * does not come back. Resolves when the server has replied.
   */
  withholdReply(requestLine: string): Promise<void>;
}

export async function startProxy(serverPort: number): Promise<Proxy & { close(): Promise<void> }> {
  const open = new Set<Socket>();
  let isCut = false;
  let withheld: { requestLine: string; replied: () => void } | null = null;

  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(serverPort, '127.0.0.1');
    let isSilenced = false;
    let replied: () => void = () => undefined;

    client.on('data', (bytes: Buffer) => {
      if (withheld && bytes.toString('latin1').startsWith(withheld.requestLine)) {
        isSilenced = true;
        replied = withheld.replied;
        withheld = null;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (isSilenced) replied();
      else client.write(bytes);
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
    },
    withholdReply: (requestLine) =>
      new Promise((replied) => {
        withheld = { requestLine, replied };
      }),
    async close() {
      dropAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
