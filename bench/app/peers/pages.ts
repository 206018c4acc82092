import type { ServerResponse } from 'node:http';
import type { BenchUnit, Feed, ServerSide } from '../contestant.ts';

export const PAGE_UNITS = 100;

export interface Page {
  units: BenchUnit[];
  /** Number of the page's newest change: where the next page goes on. */
  seq: number;
  isLast: boolean;
}

/**
 * Answers `after` with the page behind it. What one can ask first (from the beginning; from the head before the last change) is encoded
 * ahead, so that a measurement hears no server at work.
 */
export function createPages(
  feed: Feed,
  encode: (page: Page) => string,
): Required<Pick<ServerSide, 'prepare'>> & {
  answer(response: ServerResponse, after: number): void;
} {
  const encoded = new Map<number, Buffer>();
  let knownHead = 0;

  function read(after: number): Page {
    const changes = feed.since(after, PAGE_UNITS);
    return {
      units: changes.map(({ unit }) => unit),
      seq: changes.at(-1)?.seq ?? after,
      isLast: changes.length < PAGE_UNITS,
    };
  }

  return {
    prepare() {
      encoded.clear();
      for (let after = knownHead, isLast = false; !isLast; ) {
        const page = read(after);
        encoded.set(after, Buffer.from(encode(page)));
        ({ seq: after, isLast } = page);
      }
      knownHead = feed.head;
    },
    answer(response, after) {
      const body = encoded.get(after) ?? Buffer.from(encode(read(after)));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength }).end(body);
    },
  };
}
