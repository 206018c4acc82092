import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS, SERVER_HEADER, type StoredEvent, type Unit, type UnitSummary } from '@haversack/contract';
import type { BenchUnit, CreateServerSide, Feed, ServerSide } from '../contestant.ts';

const FEED_ID = '00000000-0000-4000-8000-0000000000fe';
const OWNER = '00000000-0000-4000-8000-0000000000ee';

const createServerSide: CreateServerSide = (feed) => createHaversackSide(feed, { encodesUnits: false });
export default createServerSide;

/** The wire of Haversack (contract/), with the pages that its real server makes, out of memory. */
export function createHaversackSide(feed: Feed, { encodesUnits }: { encodesUnits: boolean }): ServerSide {
  const keys = new Set<string>();
  let board = createBoard(feed);
  return {
    prepare: () => {
      if (board.head !== feed.head) board = createBoard(feed);
      board.encode(encodesUnits);
    },
    countEvents: () => keys.size,
    async handle(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://bench');
      const path = pathname.replace('/api/v1', '');
      if (path === '/content/units/sync') return send(response, board.page(Number(searchParams.get('since') ?? 0)));
      if (path === '/content/units/digest') return send(response, board.digest());
      if (path.startsWith('/content/units/')) return send(response, board.unit(path.slice('/content/units/'.length)));
      if (path !== '/learning_session/events') return void response.writeHead(404).end();
      if (request.method === 'GET') return send(response, json({ events: [], cursor: '0', has_more: false }));
      return send(response, json({ results: await takeEvents(request, keys), received: [] }));
    },
  };
}

function createBoard(feed: Feed) {
  const { head } = feed;
  const pages = new Map<number, Buffer>();
  const units = new Map<string, Buffer>();
  const page = (since: number): Buffer => {
    const known = pages.get(since);
    if (known) return known;
    const made = encodePage(feed, since);
    pages.set(since, made.body);
    return made.body;
  };
  let digest: Buffer | null = null;
  return {
    head,
    page,
    digest: () => (digest ??= json(digestOf(feed))),
    unit: (id: string): Buffer => units.get(id) ?? json(null),
    encode(encodesUnits: boolean): void {
      for (let since = 0; encodesUnits && since < head; ) {
        const found = feed.since(since, 100);
        for (const { unit } of found) units.set(unit.id, json(toUnit(unit)));
        since = found.at(-1)?.seq ?? head;
      }
      for (let since = 0; since < head; ) {
        const { body, seq } = encodePage(feed, since);
        pages.set(since, body);
        since = seq;
      }
      digest ??= json(digestOf(feed));
    },
  };
}

/** As the real server: up to 500 units, and no more than about 512 KB. */
function encodePage(feed: Feed, since: number): { body: Buffer; seq: number } {
  const parts: string[] = [];
  let bytes = 0;
  let seq = since;
  for (const found of feed.since(since, LIMITS.syncPageMaxItems)) {
    if (bytes > LIMITS.syncPageTargetBytes) break;
    const part = JSON.stringify(toSummary(found.unit));
    parts.push(part);
    bytes += part.length;
    seq = found.seq;
  }
  const rest = `"deleted":{"units":[],"lessons":[]},"feed_id":"${FEED_ID}","cursor":"${seq}","has_more":${seq < feed.head},"server_time":"2026-11-24T08:15:30.000000Z"`;
  return { body: Buffer.from(`{"units":[${parts.join(',')}],${rest}}`), seq };
}

function toUnit({ position: _position, ...unit }: BenchUnit): Unit {
  return {
    ...unit,
    is_global: true,
    owner_id: OWNER,
    learning_objectives: [],
    lesson_order: unit.lessons.map(({ id }) => id),
    in_my_units: false,
    download_size_bytes: unit.assets.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
    art_asset_id: unit.assets[0]?.id ?? null,
    lessons: unit.lessons.map((lesson) => ({
      ...lesson,
      payload: lesson.payload as Unit['lessons'][number]['payload'],
      lesson_type: 'standard' as const,
      schema_version: 1,
      duration_seconds: 600,
    })),
    assets: unit.assets.map((asset) => ({
      ...asset,
      lesson_id: null,
      object_id: asset.checksum.slice('sha256:'.length),
      updated_at: unit.updated_at,
      url_expires_at: '2099-01-01T00:00:00.000000Z',
    })),
  };
}

function toSummary(unit: BenchUnit): UnitSummary {
  const { lessons, assets, ...rest } = toUnit(unit);
  return {
    ...rest,
    lessons: lessons.map(({ payload: _payload, ...lesson }) => lesson),
    assets: assets.filter(({ id }) => id === rest.art_asset_id),
  };
}

function digestOf(feed: Feed): { count: number; hash: string } {
  const sum = Buffer.alloc(32);
  let count = 0;
  for (let since = 0; since < feed.head; ) {
    const found = feed.since(since, LIMITS.syncPageMaxItems);
    for (const { unit } of found) {
      const hash = createHash('sha256').update(`${unit.id}:${unit.version}`).digest();
      for (const [index, byte] of hash.entries()) sum[index] = (sum[index] ?? 0) ^ byte;
      count += 1;
    }
    since = found.at(-1)?.seq ?? feed.head;
  }
  return { count, hash: sum.toString('hex') };
}

async function takeEvents(request: IncomingMessage, keys: Set<string>) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { items } = JSON.parse(Buffer.concat(chunks).toString()) as {
    items: { idempotency_key: string; payload: StoredEvent }[];
  };
  return items.map(({ idempotency_key }) => {
    const status = keys.has(idempotency_key) ? 'duplicate' : 'accepted';
    keys.add(idempotency_key);
    return { idempotency_key, status, problem: null };
  });
}

const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

function send(response: ServerResponse, body: Buffer): void {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, [SERVER_HEADER]: FEED_ID })
    .end(body);
}
