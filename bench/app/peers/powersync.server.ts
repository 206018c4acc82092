import { serialize } from 'bson';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { BenchUnit, CreateServerSide, Feed } from '../contestant.ts';
import { headOf } from './client.ts';
import { PAGE_UNITS } from './pages.ts';

/** More than one unit has rows, so that the operations of each change have numbers of their own. */
const OPERATIONS_PER_CHANGE = 16;
const BUCKET = 'all[]';

/**
 * An ideal PowerSync service: one bucket that holds everything, answered at once from memory, in the BSON that its client asks for.
 * https://github.com/powersync-ja/powersync-service/blob/main/docs/sync-protocol.md
 */
const createServerSide: CreateServerSide = (feed) => {
  const encoded = new Map<number, Uint8Array[]>();
  let knownHead = 0;
  let writeCheckpoint = 0;

  async function stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { buckets } = (await json(request)) as { buckets: { name: string; after: string }[] };
    const after = changeOf(buckets.find(({ name }) => name === BUCKET)?.after ?? '0');
    response.writeHead(200, { 'content-type': 'application/vnd.powersync.bson-stream' });
    response.write(
      serialize({
        checkpoint: {
          last_op_id: operationId(feed.head + 1, -1),
          write_checkpoint: String(writeCheckpoint),
          // Every operation's checksum is 0, so their sum is right whatever the client has seen.
          buckets: [{ bucket: BUCKET, checksum: 0, count: feed.head, priority: 3 }],
        },
      }),
    );
    for (const line of encoded.get(after) ?? encodeLines(feed, after)) response.write(line);
    // Left open, as the service does: the client ends it.
    response.write(serialize({ checkpoint_complete: { last_op_id: operationId(feed.head + 1, -1) } }));
  }

  return {
    prepare() {
      encoded.clear();
      encoded.set(knownHead, [...encodeLines(feed, knownHead)]);
      knownHead = feed.head;
    },
    handle(request, response) {
      if (request.url === '/sync/stream') return stream(request, response);
      writeCheckpoint += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ data: { write_checkpoint: String(writeCheckpoint) } }));
    },
  };
};
export default createServerSide;

function* encodeLines(feed: Feed, start: number): Generator<Uint8Array> {
  for (let after = start, hasMore = true; hasMore; ) {
    const changes = feed.since(after, PAGE_UNITS);
    hasMore = changes.length === PAGE_UNITS;
    const next = changes.at(-1)?.seq ?? after;
    if (changes.length === 0) return;
    yield serialize({
      data: {
        bucket: BUCKET,
        after: operationId(after + 1, -1),
        next_after: operationId(next + 1, -1),
        has_more: hasMore,
        data: changes.flatMap(({ seq, unit }) => operationsOf(unit, seq)),
      },
    });
    after = next;
  }
}

function operationsOf(unit: BenchUnit, seq: number) {
  const rows = [
    { type: 'units', row: headOf(unit) },
    ...unit.lessons.map((row) => ({ type: 'lessons', row: { ...row, payload: JSON.stringify(row.payload) } })),
    ...unit.assets.map((row) => ({ type: 'assets', row })),
  ];
  return rows.map(({ type, row: { id, ...columns } }, at) => ({
    op_id: operationId(seq, at),
    op: 'PUT',
    object_type: type,
    object_id: id,
    data: JSON.stringify(columns),
    checksum: 0,
  }));
}

const operationId = (seq: number, at: number): string => String(seq * OPERATIONS_PER_CHANGE + at);
const changeOf = (id: string): number => Math.floor(Number(id) / OPERATIONS_PER_CHANGE);
