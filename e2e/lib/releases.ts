import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The app at an address of its own, in whatever version a test has put out. */
export interface Releases {
  url: string;
  /** From now on the shell is sent as another build would be: the page says `<meta name="release">`, the service worker differs. */
  release(version: string): void;
  close(): Promise<void>;
}

/** Hands everything on to the server; only the page and its service worker are changed on the way. */
export async function startReleases(serverUrl: string): Promise<Releases> {
  const { hostname, port } = new URL(serverUrl);
  let version = '1';
  const changes: Record<string, (text: string) => string> = {
    '/index.html': (html) => html.replace('<head>', `<head><meta name="release" content="${version}" />`),
    '/service-worker.js': (script) =>
      script.replace(/"revision":"\w+","url":"index\.html"/, `"revision":"${version}","url":"index.html"`),
  };
  const server = createServer((asked, reply) => {
    const place = (asked.url ?? '/').replace(/\?.*/, '').replace(/^\/$/, '/index.html');
    const change = changes[place];
    const headers = change === undefined ? asked.headers : { ...asked.headers, 'accept-encoding': 'identity' };
    const onward = ask({ hostname, port, method: asked.method, path: asked.url, headers }, (told) => {
      if (change !== undefined && told.statusCode === 200) return void sendChanged(told, reply, change);
      reply.writeHead(told.statusCode ?? 502, told.headers);
      told.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    release(next) {
      version = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function sendChanged(told: IncomingMessage, reply: ServerResponse, change: (text: string) => string): Promise<void> {
  const text = Buffer.concat(await told.toArray()).toString();
  const changed = change(text);
  if (changed === text) throw new Error('the build has changed: nothing was found to replace');
  const { etag: _, 'content-length': __, 'transfer-encoding': ___, ...headers } = told.headers;
  reply.writeHead(200, { ...headers, 'cache-control': 'no-store' }).end(changed);
}
