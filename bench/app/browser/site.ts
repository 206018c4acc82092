import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { ServerSide } from '../contestant.ts';
import createHaversackSide from '../contestants/haversack.server.ts';
import createRawSide from '../contestants/raw.server.ts';
import { createFeed } from '../data.ts';
import createRxdbSide from '../peers/rxdb.server.ts';
import type { BrowserEntry } from './contestants.ts';

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};
type Sides = Record<BrowserEntry['side'], ServerSide>;

export interface Site {
  origin: string;
  /** All that is asked from now on is answered from a catalogue of so many units; its ids in the order of the list. */
  show(units: number): Promise<string[]>;
  close(): Promise<void>;
}

/** The pages, and the servers of all contestants behind them on one origin. */
export async function startSite(folder: string): Promise<Site> {
  const catalogues = new Map<number, { sides: Sides; ids: string[] }>();
  let sides: Sides | null = null;

  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const [, first = ''] = url.split('/');
    if (first === 'api') return void sides?.haversack.handle(request, response);
    const side = sides?.[first as keyof Sides];
    if (side) {
      request.url = url.slice(first.length + 1);
      return void side.handle(request, response);
    }
    const file = path.join(folder, path.basename(url));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async show(units) {
      const catalogue = catalogues.get(units) ?? (await createCatalogue(units));
      catalogues.set(units, catalogue);
      ({ sides } = catalogue);
      return catalogue.ids;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function createCatalogue(units: number): Promise<{ sides: Sides; ids: string[] }> {
  const feed = createFeed(units);
  const sides: Sides = {
    raw: await createRawSide(feed),
    haversack: await createHaversackSide(feed),
    rxdb: await createRxdbSide(feed),
  };
  for (const side of Object.values(sides)) await side.prepare?.();
  return { sides, ids: feed.since(0, units).map(({ unit }) => unit.id) };
}
