import { randomUUID } from 'node:crypto';
import type { Mutation, Plan } from './fuzz-plan.ts';
import { CANARY } from './hostile.ts';
import { ID_KINDS, type IdKind, type Relation } from './identifiers.ts';
import { ROUTE_RULES } from './route-rules.ts';
import type { RequestParts } from './rule-kinds.ts';
import type { Somebody, World } from './world.ts';

/** A request as it goes on the wire. */
export interface FuzzRequest {
  plan: Plan;
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | null;
  /** Address and method are those of the operation, so that the document says what may be answered. */
  isToOperation: boolean;
}

/** Ids of every kind in every relation, made once for each of the two who call. */
export type IdPool = (world: World, caller: Somebody, place: string, plan: Plan) => Promise<string>;

export function createIdPool(): IdPool {
  const made = new Map<string, string>();
  return async (world, caller, place, plan) => {
    const rule = ROUTE_RULES[plan.operation.name];
    const name = rule?.ids[place]?.kind;
    if (rule === undefined || name === undefined) return randomUUID();
    const kind: IdKind = ID_KINDS[name];
    const relation: Relation = place.startsWith('path.') || place.startsWith('query.') ? plan.relation : 'own';
    const make = relation === 'malformed' ? undefined : kind.make[relation];
    if (make === undefined || relation === 'unknown') return kind.make.unknown?.(world, caller) ?? randomUUID();
    const key = `${name} ${relation} ${caller.caller.id}`;
    // The one that others use may have been deleted by one of them.
    const isFresh = kind.isUsedOnce === true || (name === 'ownedUnit' && relation === 'own' && plan.salt % 4 === 0);
    const known = isFresh ? undefined : made.get(key);
    const id = known ?? (await make(world, caller));
    made.set(key, id);
    return id;
  };
}

export async function toRequest(world: World, ids: IdPool, plan: Plan): Promise<FuzzRequest> {
  const { operation, mode } = plan;
  const rule = ROUTE_RULES[operation.name];
  if (rule === undefined) throw new Error(`${operation.name} has no rule`);
  const caller = plan.who === 'publisher' ? world.publisher : world.learner;
  const chosen: Record<string, string> = {};
  for (const place of Object.keys(rule.ids)) {
    if (!place.startsWith('body.') || operation.method !== 'PUT') chosen[place] = await ids(world, caller, place, plan);
  }
  const parts: RequestParts = await rule.build({ world, caller, ids: chosen, place: '', relation: plan.relation });
  const isOdd = mode === 'hostile';
  const path =
    operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(chosen[`path.${name}`] ?? '')) +
    (isOdd ? (plan.pathEnd ?? '') : '');
  const query = queryOf(plan, parts);
  const body = parts.bytes ?? bodyOf(plan, parts);
  const method = (isOdd ? plan.method : null) ?? operation.method;
  return {
    plan,
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: await headersOf(world, plan, caller, { body, isBytes: parts.bytes !== undefined, isUsedUp: rule.endsSession }),
    body,
    isToOperation: method === operation.method && !(isOdd && plan.pathEnd !== null),
  };
}

async function headersOf(
  world: World,
  plan: Plan,
  caller: Somebody,
  { body, isBytes, isUsedUp }: { body: Buffer | null; isBytes: boolean; isUsedUp: boolean },
): Promise<[string, string][]> {
  const headers: [string, string][] = [
    ['Host', 'haversack.example'],
    // Who sends too many wrong passwords from one address is throttled.
    ['X-Forwarded-For', `10.${plan.salt % 250}.${(plan.salt >> 8) % 250}.${(plan.salt >> 16) % 250}`],
    ['User-Agent', CANARY],
    ['Idempotency-Key', `${CANARY}-${randomUUID()}`],
  ];
  const token = isUsedUp ? await world.mintToken(caller) : caller.caller.token;
  if (plan.who !== 'nobody') headers.push(['Authorization', `Bearer ${token}`]);
  if (body !== null) headers.push(['Content-Type', isBytes ? 'application/octet-stream' : 'application/json']);
  if (plan.mode === 'valid') return headers;
  const added = plan.mode === 'almost' ? (plan.body === undefined ? plan.headers.slice(0, 1) : []) : plan.headers;
  for (const [name, value] of added) {
    // Sometimes in place of the good one, sometimes beside it.
    const at = headers.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
    if (at >= 0 && plan.salt % 3 > 0) headers[at] = [name, value];
    else headers.push([name, value]);
  }
  return headers;
}

function queryOf(plan: Plan, parts: RequestParts): string {
  const wanted = plan.isFromSchema && plan.mode !== 'valid' ? plan.query : (parts.query ?? {});
  const pairs = Object.entries(wanted).map(
    ([name, value]) => [encodeURIComponent(name), encodeText(String(value))] as [string, string],
  );
  if (plan.mode === 'valid') return pairs.map((pair) => pair.join('=')).join('&');
  const names = plan.operation.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
  const { queryValue } = plan;
  const name = queryValue === null ? undefined : names[queryValue.at % Math.max(names.length, 1)];
  if (name !== undefined && queryValue !== null) {
    const known = pairs.find((pair) => pair[0] === name);
    if (known === undefined) pairs.push([name, queryValue.value]);
    else known[1] = queryValue.value;
  }
  const query = pairs.map((pair) => pair.join('=')).join('&');
  return plan.mode === 'hostile' && plan.queryPart !== null ? `${query}&${plan.queryPart}` : query;
}

/** Half a surrogate pair cannot be percent-encoded. */
const encodeText = (text: string): string => encodeURIComponent(text.toWellFormed());

const FREE_TEXT = new Set([
  'title',
  'description',
  'text',
  'feedback',
  'prompt',
  'body_markdown',
  'canonical_answer',
  'name',
  'explanation',
]);

function bodyOf(plan: Plan, parts: RequestParts): Buffer | null {
  if (plan.mode === 'hostile' && plan.rawBody !== null) return Buffer.from(plan.rawBody);
  const body = plan.isFromSchema && plan.mode !== 'valid' ? plan.body : parts.body;
  if (body === undefined) return null;
  const mutations = { valid: [], almost: plan.mutations.slice(0, 1), hostile: plan.mutations }[plan.mode];
  return Buffer.from(encode(plantCanaries(body), mutations));
}

function plantCanaries(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    typeof value === 'string' && FREE_TEXT.has(key) ? `${CANARY} ${value}`.slice(0, Math.max(value.length, 290)) : value,
  );
}

/** JSON with faults in it, some of which make it none. */
function encode(body: unknown, mutations: readonly Mutation[]): string {
  const root = { body };
  const raw: string[] = [];
  const put = (holder: object, key: string, text: string): void => {
    Reflect.set(holder, key, `@@raw-${raw.length}@@`);
    raw.push(text);
  };
  for (const { at, how, json } of mutations) {
    const places = placesIn(root);
    const [holder, key] = places[at % places.length] ?? [root, 'body'];
    const value: unknown = Reflect.get(holder, key);
    if (how === 'remove' && holder !== root) Reflect.deleteProperty(holder, key);
    else if (how === 'add' && typeof value === 'object' && value !== null) put(value, CANARY, json);
    else if (how === 'twice' && !Array.isArray(holder))
      put(holder, key, `${JSON.stringify(value) ?? 'null'},${JSON.stringify(key)}:${json}`);
    else put(holder, key, json);
  }
  return raw.reduce((text, one, index) => text.replace(`"@@raw-${index}@@"`, () => one), JSON.stringify(root.body) ?? '');
}

function placesIn(holder: object): [object, string][] {
  return Object.keys(holder).flatMap((key): [object, string][] => {
    const value: unknown = Reflect.get(holder, key);
    return [[holder, key], ...(typeof value === 'object' && value !== null ? placesIn(value) : [])];
  });
}
