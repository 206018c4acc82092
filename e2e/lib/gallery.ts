import { build } from 'esbuild';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const MOBILE = path.join(import.meta.dirname, '../../mobile');
const ENTRY = `
import { AppRegistry } from 'react-native';
import { Gallery } from './gallery/gallery.tsx';
AppRegistry.registerComponent('Gallery', () => Gallery);
AppRegistry.runApplication('Gallery', { rootTag: document.getElementById('root') });
`;
const PAGE =
  '<!doctype html><html lang="en"><title>Gallery</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/gallery.js"></script>';

/** The gallery of `ui_system` as a page of its own; a development server shows the same at `/gallery`, and no build holds it. */
export async function startGallery(): Promise<{ url: string; close(): Promise<void> }> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: MOBILE, loader: 'tsx' },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    alias: { 'react-native': 'react-native-web' },
    resolveExtensions: ['.web.tsx', '.web.ts', '.web.js', '.tsx', '.ts', '.mjs', '.js', '.json'],
    loader: { '.js': 'jsx' },
    conditions: ['browser'],
    define: { __DEV__: 'true', 'process.env.NODE_ENV': '"development"', global: 'globalThis' },
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer((request, reply) => {
    const isScript = request.url === '/gallery.js';
    reply.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    reply.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gallery`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
