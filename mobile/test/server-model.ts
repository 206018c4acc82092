import {
  ERROR_STATUS,
  type ErrorCode,
  IDEMPOTENCY_KEY_HEADER,
  type LearningEvent,
  LearningEvent as LearningEventSchema,
  PERSON_HEADER,
  type PersonalExport,
  PROBLEM_CONTENT_TYPE,
  SERVER_HEADER,
  type StoredEvent,
  type Unit,
} from '@haversack/contract';
import { Value } from 'typebox/value';
import type { Http, HttpReply, HttpRequest } from '../modules/infrastructure/models.ts';
import { createSha256 } from '../modules/infrastructure/platform/sha256.ts';
import { id, type MadeAsset } from './factories.ts';

/** A server that keeps the wire's promises, in memory: what the client is held against when nothing but the client is in question. */
export interface ServerModel extends Http {
  feedId: string;
  /** Publishes, or replaces with the next version; stamps the change. */
  publish(made: { unit: Unit; objects: MadeAsset[] }): Unit;
  remove(unitId: string, reason?: 'deleted' | 'access_revoked'): void;
  /** As they are now. */
  visibleUnits(): Unit[];
  /** Of one person, in the order of arrival. */
  eventsOf(email: string): StoredEvent[];
  /** Keys of every write that took effect, with how often. */
  readonly effects: Map<string, number>;
  /** Every signed URL given so far is dead. */
  expireUrls(): void;
  revokeTokens(): void;
  /** Judges single events; returns a code to refuse them with. */
  refuseEvent: (event: LearningEvent) => ErrorCode | null;
  /** So many units a page at most. */
  pageLimit: number;
  /** Changes a unit on its way out, as a broken server would. */
  distort: (unit: Unit) => unknown;
  /** Cursors given so far are forgotten. */
  forgetCursors(): void;
  isDigestWrong: boolean;
  /** Each generation of seal keys is another: what was sealed under one stays shut under the others. */
  sealKeyGeneration: number;
  /** As after a restore from a backup: another feed, without the events that came since `eventCount`. */
  restore(eventCount: number): void;
  /** A backup of everything; the result restores it, under a new feed id. */
  backUp(): () => void;
}

interface Person {
  id: string;
  email: string;
  events: StoredEvent[];
  /** Numbers of refused events by device: they count as received. */
  refusedSeqs: Map<string, Set<number>>;
  myUnits: Map<string, { isIn: boolean; at: string }>;
}

const NO_CHANGE_YET = '2026-11-24T00:00:00.000000Z';

export function createServerModel(): ServerModel {
  let changes = 0;
  let urlGeneration = 0;
  let tokens = 0;
  const stamp = (): string => {
    changes += 1;
    return `2026-11-24T00:${String(Math.floor(changes / 60) % 60).padStart(2, '0')}:${String(changes % 60).padStart(2, '0')}.${String(changes).padStart(6, '0')}Z`;
  };
  let units = new Map<string, Unit>();
  /** Highest version ever given, also of what is gone. */
  let versions = new Map<string, number>();
  let tombstones = new Map<string, { id: string; deleted_at: string; reason: 'deleted' | 'access_revoked' }>();
  let lessonTombstones: { id: string; unit_id: string; deleted_at: string }[] = [];
  const objects = new Map<string, { bytes: Uint8Array; contentType: string }>();
  let people = new Map<string, Person>();
  /** E-mail of whoever each living token belongs to. */
  const emailsByToken = new Map<string, string>();
  let oldestCursor = '';

  const signedUrl = (objectId: string): string => `/api/v1/objects/${objectId}?signature=${urlGeneration}`;
  const forPerson = (unit: Unit, person: Person): Unit => ({
    ...unit,
    in_my_units: person.myUnits.get(unit.id)?.isIn ?? false,
    assets: unit.assets.map((asset) => ({ ...asset, url: signedUrl(asset.object_id) })),
  });
  const changedAt = (unit: Unit, person: Person): string => {
    const joinedAt = person.myUnits.get(unit.id)?.at ?? '';
    return joinedAt > unit.updated_at ? joinedAt : unit.updated_at;
  };

  const model: ServerModel = {
    feedId: 'feed-1',
    effects: new Map(),
    refuseEvent: () => null,
    pageLimit: 500,
    sealKeyGeneration: 1,
    distort: (unit) => unit,
    isDigestWrong: false,
    publish({ unit, objects: made }) {
      const before = units.get(unit.id);
      const version = Math.max((versions.get(unit.id) ?? 0) + 1, unit.version);
      versions.set(unit.id, version);
      const published: Unit = { ...unit, version, updated_at: stamp() };
      for (const lesson of before?.lessons ?? []) {
        if (!unit.lessons.some(({ id: kept }) => kept === lesson.id)) {
          lessonTombstones.push({ id: lesson.id, unit_id: unit.id, deleted_at: published.updated_at });
        }
      }
      units.set(unit.id, published);
      tombstones.delete(unit.id);
      for (const { asset, bytes } of made) objects.set(asset.object_id, { bytes, contentType: asset.content_type });
      return published;
    },
    remove(unitId, reason = 'deleted') {
      units.delete(unitId);
      tombstones.set(unitId, { id: unitId, deleted_at: stamp(), reason });
    },
    visibleUnits: () => [...units.values()],
    eventsOf: (email) => people.get(email)?.events ?? [],
    expireUrls() {
      urlGeneration += 1;
    },
    revokeTokens() {
      emailsByToken.clear();
    },
    forgetCursors() {
      oldestCursor = stamp();
    },
    restore(eventCount) {
      model.feedId = `${model.feedId}+`;
      for (const person of people.values()) {
        for (const event of person.events.splice(eventCount)) model.effects.delete(event.event_id);
      }
    },
    backUp() {
      const kept = structuredClone({ units, versions, tombstones, lessonTombstones, people, effects: model.effects });
      return () => {
        const restored = structuredClone(kept);
        ({ units, versions, tombstones, lessonTombstones, people } = restored);
        model.effects.clear();
        for (const [key, count] of restored.effects) model.effects.set(key, count);
        model.feedId = `${model.feedId}+`;
      };
    },
    async send(request) {
      // The client's bytes cross a wire: nothing is shared.
      return route(request);
    },
  };

  function route(request: HttpRequest): HttpReply {
    const [path = '', search = ''] = request.url.split('?');
    const query = new URLSearchParams(search);
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
    if (path.startsWith('/api/v1/objects/')) return sendObject(request, path.slice(-64), query.get('signature'));
    if (path === '/api/v1/users/sign-up' || path === '/api/v1/users/sign-in')
      return signIn(path.endsWith('up'), body as Credentials);
    const token = /^Bearer (.+)$/.exec(request.headers?.['authorization'] ?? '')?.[1] ?? '';
    const person = people.get(emailsByToken.get(token) ?? '');
    if (!person) return problem('unauthenticated');
    const claimed = request.headers?.[PERSON_HEADER];
    if (claimed !== undefined && claimed !== person.id) return problem('wrong_person');
    const line = `${request.method} ${path.slice('/api/v1'.length)}`;
    if (line === 'POST /users/sign-out') return signOut(token);
    if (line === 'GET /users/me/export') return reply(200, exportOf(person));
    if (line === 'POST /users/me/delete') return deleteAccount(person, body as Pick<Credentials, 'password'>);
    if (line === 'GET /content/units/sync') return sync(person, query);
    if (line === 'GET /content/units/digest') return digest(person, query.get('at'));
    if (line.startsWith('GET /content/units/')) return sendUnit(person, path.slice(-36));
    if (line.includes(' /content/my-units/')) return setMyUnit(person, request, path.slice(-36));
    if (line === 'POST /content/assets/sign') return sign(body as { asset_ids: string[] });
    if (line === 'POST /learning_session/events') return takeEvents(person, body as EventsBody);
    if (line === 'GET /learning_session/events') return sendEvents(person, query);
    return problem('not_found');
  }

  function reply(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
    return {
      status,
      headers: {
        [SERVER_HEADER]: model.feedId,
        ...(body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...headers,
      },
      body: body === null ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body)),
    };
  }
  function problem(code: ErrorCode): HttpReply {
    const status = ERROR_STATUS[code];
    return reply(status, { type: `urn:${code}`, title: code, status, code }, { 'content-type': PROBLEM_CONTENT_TYPE });
  }

  type Credentials = { email: string; password: string; name?: string };
  function signIn(isNew: boolean, { email, password, name = email }: Credentials): HttpReply {
    if (password.length < 8) return problem(isNew ? 'invalid_body' : 'invalid_credentials');
    if (isNew && people.has(email)) return problem('email_taken');
    if (!isNew && !people.has(email)) return problem('invalid_credentials');
    tokens += 1;
    const token = `token-${tokens}`;
    const person: Person = people.get(email) ?? {
      id: id(8, people.size + 1),
      email,
      events: [],
      refusedSeqs: new Map(),
      myUnits: new Map(),
    };
    people.set(email, person);
    emailsByToken.set(token, email);
    const user = { id: person.id, email, name, role: 'learner' };
    return reply(isNew ? 201 : 200, { token, seal_key: sealKeyOf(person.id, model.sealKeyGeneration), user });
  }
  function signOut(token: string): HttpReply {
    emailsByToken.delete(token);
    return reply(204, null);
  }

  function deleteAccount({ email }: Person, { password }: Pick<Credentials, 'password'>): HttpReply {
    if (password.length < 8) return problem('wrong_password');
    people.delete(email);
    return reply(204, null);
  }

  function sync(person: Person, query: URLSearchParams): HttpReply {
    const since = query.get('since');
    const feedId = query.get('feed_id');
    if (feedId !== null && feedId !== model.feedId) return problem('cursor_expired');
    if (since !== null && since < oldestCursor) return problem('cursor_expired');
    const limit = Math.min(Number(query.get('limit') ?? 100), model.pageLimit);
    const gone = since === null ? [] : [...tombstones.values()];
    const items = [
      ...[...units.values()].map((unit) => ({ at: changedAt(unit, person), unit, tombstone: null })),
      ...gone.map((tombstone) => ({ at: tombstone.deleted_at, unit: null, tombstone })),
    ]
      .filter(({ at }) => at > (since ?? ''))
      .sort((a, b) => (a.at < b.at ? -1 : 1));
    const page = items.slice(0, limit);
    // At the end it is the head, also past deletions that a pull from the beginning does not tell of.
    const hasMore = items.length > limit;
    const until = (hasMore && page.at(-1)?.at) || (since !== null && since > headOf(person) ? since : headOf(person));
    return reply(200, {
      units: page.flatMap(({ unit }) => (unit ? [model.distort(summaryOf(forPerson(unit, person)))] : [])),
      deleted: {
        units: page.flatMap(({ tombstone }) => tombstone ?? []),
        lessons: since === null ? [] : lessonTombstones.filter(({ deleted_at }) => deleted_at > since && deleted_at <= until),
      },
      feed_id: model.feedId,
      cursor: until,
      has_more: hasMore,
      server_time: until,
    });
  }

  /** What the cursor is after a pull to the end, whatever was left out on the way there. */
  function headOf(person: Person): string {
    const changes = [
      ...[...units.values()].map((unit) => changedAt(unit, person)),
      ...[...tombstones.values()].map((gone) => gone.deleted_at),
    ];
    return changes.reduce((newest, at) => (at > newest ? at : newest), NO_CHANGE_YET);
  }

  function digest(person: Person, at: string | null): HttpReply {
    if (at !== headOf(person)) return problem('digest_stale');
    const sum = new Uint8Array(32);
    for (const unit of units.values()) {
      const hash = createSha256();
      hash.update(new TextEncoder().encode(`${unit.id}:${unit.version}`));
      const hex = hash.digestHex();
      sum.forEach((byte, index) => (sum[index] = byte ^ Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)));
    }
    const hex = [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return reply(200, { count: units.size, hash: model.isDigestWrong ? 'f'.repeat(64) : hex });
  }

  function sendUnit(person: Person, unitId: string): HttpReply {
    const unit = units.get(unitId);
    return unit ? reply(200, forPerson(unit, person)) : problem('not_found');
  }

  function setMyUnit(person: Person, request: HttpRequest, unitId: string): HttpReply {
    const key = request.headers?.[IDEMPOTENCY_KEY_HEADER];
    if (key === undefined) return problem('idempotency_key_missing');
    if (!units.has(unitId)) return problem('not_found');
    if (!model.effects.has(key)) person.myUnits.set(unitId, { isIn: request.method === 'PUT', at: stamp() });
    model.effects.set(key, 1);
    return reply(204, null, { [IDEMPOTENCY_KEY_HEADER]: key });
  }

  function sign({ asset_ids }: { asset_ids: string[] }): HttpReply {
    const known = [...units.values()].flatMap((unit) => unit.assets).filter((asset) => asset_ids.includes(asset.id));
    return reply(200, {
      assets: known.map(({ id, object_id, url_expires_at }) => ({ id, object_id, url: signedUrl(object_id), url_expires_at })),
    });
  }

  function sendObject(request: HttpRequest, objectId: string, signature: string | null): HttpReply {
    if (signature !== String(urlGeneration)) return problem('forbidden');
    const object = objects.get(objectId);
    if (!object) return problem('not_found');
    const headers = { etag: `"${objectId}"`, 'content-type': object.contentType, [SERVER_HEADER]: model.feedId };
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers?.['range'] ?? '');
    const ifRange = request.headers?.['if-range'];
    if (!range || (ifRange !== undefined && ifRange !== headers.etag)) return { status: 200, headers, body: object.bytes };
    const first = Number(range[1]);
    const body = object.bytes.slice(first, Number(range[2]) + 1);
    if (body.length === 0) return problem('range_not_satisfiable');
    const contentRange = `bytes ${first}-${first + body.length - 1}/${object.bytes.length}`;
    return { status: 206, headers: { ...headers, 'content-range': contentRange }, body };
  }

  type EventsBody = { items: { idempotency_key: string; payload: unknown }[] };
  function takeEvents(person: Person, { items }: EventsBody): HttpReply {
    if (items.length > 500) return problem('payload_too_large');
    const results = items.map(({ idempotency_key, payload }) => {
      const refusal = judge(payload);
      if (refusal) {
        if (Value.Check(LearningEventSchema, payload)) {
          const seqs = person.refusedSeqs.get(payload.device_id) ?? new Set<number>();
          person.refusedSeqs.set(payload.device_id, seqs.add(payload.device_seq));
        }
        const status = ERROR_STATUS[refusal];
        return { idempotency_key, status: 'refused', problem: { type: 'x', title: refusal, status, code: refusal } };
      }
      const event = payload as LearningEvent;
      if (person.events.some(({ event_id }) => event_id === event.event_id)) {
        return { idempotency_key, status: 'duplicate', problem: null };
      }
      person.events.push({ ...event, marked_correct: event.is_correct ?? null, received_at: stamp() });
      model.effects.set(event.event_id, (model.effects.get(event.event_id) ?? 0) + 1);
      return { idempotency_key, status: 'accepted', problem: null };
    });
    return reply(200, { results, received: receivedOf(person) });
  }
  function judge(payload: unknown): ErrorCode | null {
    return Value.Check(LearningEventSchema, payload) ? model.refuseEvent(payload) : 'invalid_body';
  }

  function sendEvents(person: Person, query: URLSearchParams): HttpReply {
    const from = Number(query.get('since') ?? 0);
    if (from > person.events.length) return problem('invalid_cursor');
    const events = person.events.slice(from, from + Math.min(Number(query.get('limit') ?? 200), model.pageLimit));
    const until = from + events.length;
    return reply(200, { events, cursor: String(until), has_more: until < person.events.length });
  }

  return model;
}

/** What the model knows of somebody, in the shape of the contract. */
function exportOf({ id: personId, email, events }: Person): PersonalExport {
  const [none, account] = [[], { id: personId, email, name: email, role: 'learner' as const }];
  return {
    ...{ format: 'haversack-personal-data', format_version: 1, exported_at: NO_CHANGE_YET, account, sign_in_methods: none },
    ...{ sessions: none, sign_in_counts: none, keyed_writes: none, feed: none, my_units: none, units: none },
    ...{ unit_versions: none, unit_parts: none, events, event_log: none, devices: none, progress: none, complete: true },
  };
}

/** 32 bytes, the same at every sign-in of this person. */
function sealKeyOf(personId: string, generation: number): string {
  const hash = createSha256();
  hash.update(new TextEncoder().encode(`${personId}:${generation}`));
  return Buffer.from(hash.digestHex(), 'hex').toString('base64');
}

/** A unit as the feed sends it: lessons without their text, of the files the picture alone. */
export function summaryOf(unit: Unit): Unit {
  const lessons = unit.lessons.map(({ payload: _payload, ...head }) => head);
  return { ...unit, lessons, assets: unit.assets.filter((asset) => asset.id === unit.art_asset_id) } as unknown as Unit;
}

function receivedOf(person: Person): { device_id: string; through_seq: number; missing: [number, number][] }[] {
  const devices = new Map([...person.refusedSeqs].map(([device, seqs]) => [device, new Set(seqs)]));
  for (const { device_id, device_seq } of person.events) {
    const seqs = devices.get(device_id) ?? new Set<number>();
    devices.set(device_id, seqs.add(device_seq));
  }
  return [...devices].map(([device_id, seqs]) => {
    let through = 0;
    while (seqs.has(through + 1)) through += 1;
    const missing: [number, number][] = [];
    for (let seq = through + 1; seq <= Math.max(...seqs); seq += 1) {
      if (seqs.has(seq)) continue;
      const last = missing.at(-1);
      if (last && last[1] === seq - 1) last[1] = seq;
      else missing.push([seq, seq]);
    }
    return { device_id, through_seq: through, missing };
  });
}
