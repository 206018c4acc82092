import { build } from 'esbuild';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHttpContractServer } from '../../mobile/test/contracts/http-contract-server.ts';
import { buildServiceWorkerSource, buildStorageWorker } from '../../mobile/scripts/web-workers.ts';

/** As the server sends it with the app. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; " +
  "media-src 'self' blob:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A page that holds nothing but the browser's platform, served under the app's Content-Security-Policy. */
export interface Site {
  port: number;
  /** Bodies of what the page has posted to `/note`, in order. */
  notes: string[];
  /** Puts out another version of the shell: its service worker differs. */
  release(version: string): void;
  close(): Promise<void>;
}

export async function startSite(entry: string): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haversack-site-'));
  await buildStorageWorker(folder);
  await build({
    entryPoints: [entry],
    outfile: path.join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    conditions: ['browser'],
    logLevel: 'warning',
  });
  writeFileSync(
    path.join(folder, 'index.html'),
    '<!doctype html><title>Storage</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
  );
  await buildServiceWorkerSource(path.join(folder, 'service-worker.src.js'));
  const serviceWorker = readFileSync(path.join(folder, 'service-worker.src.js'), 'utf8');
  const release = (version: string): void => {
    const shell = JSON.stringify([{ url: '/index.html', revision: version }]);
    writeFileSync(path.join(folder, 'service-worker.js'), serviceWorker.replace('self.__WB_MANIFEST', shell));
  };
  release('1');

  const notes: string[] = [];
  const answersContract = createHttpContractServer();
  const server = createServer((request, reply) => {
    if (answersContract(request, reply)) return;
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        notes.push(body);
        reply.end();
      });
      return;
    }
    const file = path.join(folder, path.basename(request.url === '/' ? 'index.html' : (request.url ?? '')));
    if (!existsSync(file)) return void reply.writeHead(404).end();
    reply.writeHead(200, {
      'content-type': CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
    createReadStream(file).pipe(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    notes,
    release,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
