import { PERSON_HEADER } from '@haversack/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, requestOf, type Role, rolesOf, send, type Sent, shapeOf } from './calls.ts';
import { ID_KINDS, type IdKind, type IdKindName, type Relation } from './identifiers.ts';
import { idFieldsOf, type Operation, readRouter } from './openapi.ts';
import { ROUTE_RULES } from './route-rules.ts';
import type { IdRule, RouteRule } from './rule-kinds.ts';
import { createWorld, type World } from './world.ts';

const RELATIONS: readonly Relation[] = ['own', 'shared', 'foreign', 'deleted', 'unknown', 'malformed'];
const READING = new Set(['GET', 'HEAD']);
/** Not of the API's document: the document itself, and the pages that show it. */
/** A HEAD would read everything for nothing. */
const HEADLESS = 'GET /api/v1/users/me/export';
const UNDESCRIBED = /^(?:GET|HEAD) \/(?:api\/v1\/openapi\.json|docs(?:\/.*)?)$/;

let world: World;
let roles: Role[];
beforeAll(async () => {
  world = await createWorld();
  roles = rolesOf(world);
});
afterAll(() => world.close());

describe('the document of the API', () => {
  it('[SE-1] has every route that the router has, and no other', () => {
    const described = world.operations.flatMap(({ name }) =>
      name.startsWith('GET ') && name !== HEADLESS ? [name, name.replace('GET', 'HEAD')] : [name],
    );
    const routed = readRouter(world.server.http.printRoutes({ commonPrefix: false })).filter((route) => !UNDESCRIBED.test(route));
    expect(routed.sort()).toEqual(described.sort());
  });

  it('[SE-1] names no route, parameter or id in a body that has no rule, and no rule is for nothing', () => {
    const places = world.operations.flatMap((operation) => [
      operation.name,
      ...placesOf(operation).map((place) => `${operation.name} ${place}`),
    ]);
    const ruled = Object.entries(ROUTE_RULES).flatMap(([name, { ids, plain }]) => [
      name,
      ...[...Object.keys(ids).filter((place) => !insideOfFreeField(place, plain, ids)), ...plain].map(
        (place) => `${name} ${place}`,
      ),
    ]);
    expect(ruled.sort()).toEqual(places.sort());
  });

  it('[SE-1] says the same of who may call as the rules', () => {
    for (const { name, isOpen } of world.operations) expect([name, ROUTE_RULES[name]?.access === 'open']).toEqual([name, isOpen]);
  });
});

function placesOf({ parameters, body }: Operation): string[] {
  const fields = body === null ? [] : idFieldsOf(body).map((pointer) => `body.${pointer}`);
  return [...parameters.map((parameter) => `${parameter.in}.${parameter.name}`), ...fields];
}

/** The rules may look into a field of which the document says nothing. */
const insideOfFreeField = (place: string, plain: readonly string[], ids: RouteRule['ids']): boolean =>
  [...plain, ...Object.keys(ids)].some((other) => other !== place && other.endsWith('/payload') && place.startsWith(`${other}/`));

describe('every route, for every role, with ids of every kind', () => {
  for (const name of Object.keys(ROUTE_RULES)) {
    it(`[SE-1] [CT-10] [US-3] ${name}`, async () => {
      const operation = world.operations.find((one) => one.name === name);
      const route = ROUTE_RULES[name];
      if (operation === undefined || route === undefined) throw new Error(`${name} is not in the document`);
      const faults: string[] = [];
      for (const role of roles) faults.push(...(await tryRole({ operation, route, role })));
      expect(faults).toEqual([]);
    }, 120_000);
  }

  it('[US-1] the id of another person in a header gives no right to anything of theirs', async () => {
    const { learner, otherLearner } = world;
    const answer = await learner.caller.get('/learning_session/events', { [PERSON_HEADER]: otherLearner.caller.id });
    expect([answer.status, answer.body.code]).toEqual([401, 'wrong_person']);
  });

  it('[CT-10] takes no longer for what is somebody else’s than for what is not there', async () => {
    const { caller } = world.learner;
    const foreign = (await world.publishUnit(world.publisher)).id;
    const time = async (id: string): Promise<number> => {
      const begun = performance.now();
      await caller.get(`/content/units/${id}`);
      return performance.now() - begun;
    };
    const taken: Record<'foreign' | 'unknown', number[]> = { foreign: [], unknown: [] };
    for (let round = 0; round < 150; round += 1) {
      taken.foreign.push(await time(foreign));
      taken.unknown.push(await time(crypto.randomUUID()));
    }
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
    const ratio = median(taken.foreign) / median(taken.unknown);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});

interface Trial {
  operation: Operation;
  route: RouteRule;
  role: Role;
}

/** Every id of the route in every relation to one role; returns what is not as the rules say. */
async function tryRole(trial: Trial): Promise<string[]> {
  const faults: string[] = [];
  const standard = await attempt(trial, '', 'own');
  if (standard !== null) faults.push(...judge(trial, standard, trial.route.own));
  // Who is not let in is told so before a body is read: one of its ids stands for all.
  const places = Object.entries(trial.route.ids).filter(
    ([place], index) => !isShut(trial) || !place.startsWith('body.') || index < 2,
  );
  for (const [place, rule] of places) {
    const shapes = new Map<Relation, string>();
    for (const relation of RELATIONS) {
      for (const one of await attempts(trial, place, relation, rule)) {
        faults.push(...judge(trial, one, rule.outcomes[relation]));
        shapes.set(relation, shapeOf(one.answer, one.ids));
      }
    }
    faults.push(...compareShapes(trial, rule, shapes).map((fault) => `${trial.role.name}, ${place}: ${fault}`));
  }
  return faults;
}

/** Somebody else's looks as if it were not there; to who is not let in at all, everything looks alike. */
function compareShapes(trial: Trial, rule: IdRule, shapes: ReadonlyMap<Relation, string>): string[] {
  const shut = isShut(trial);
  const alike: Relation[] = shut ? ['own', 'shared', 'foreign', 'deleted', 'unknown'] : ['foreign', 'unknown'];
  if (rule.tellsApart !== null && !shut) return [];
  const seen = new Set(alike.map((relation) => shapes.get(relation)).filter((shape) => shape !== undefined));
  return seen.size <= 1 ? [] : [`tells ${alike.join(' from ')}:\n${[...seen].join('\n')}`];
}

interface Attempt {
  place: string;
  relation: Relation;
  ids: string[];
  sent: Sent;
  answer: Answered;
  verdict: number;
  changed: boolean;
}

/** To who is let in; the others are asked for their token first. */
const TRIES_MALFORMED = new Set(['learner', 'publisher']);

async function attempts(trial: Trial, place: string, relation: Relation, rule: IdRule): Promise<Attempt[]> {
  const values = relation === 'malformed' ? malformedFor(trial, place, rule) : [null];
  const made: Attempt[] = [];
  for (const value of values) {
    const one = await attempt(trial, place, relation, value);
    if (one !== null) made.push(one);
  }
  return made;
}

function malformedFor(trial: Trial, place: string, { kind }: IdRule): readonly string[] {
  if (!TRIES_MALFORMED.has(trial.role.name) || isShut(trial)) return [];
  const { malformed } = ID_KINDS[kind];
  // In a body the schema decides, which is one for all.
  return place.startsWith('body.') ? malformed.slice(0, 2) : malformed;
}

async function attempt(trial: Trial, place: string, relation: Relation, given: string | null = null): Promise<Attempt | null> {
  const { operation, route, role } = trial;
  const ids: Record<string, string> = {};
  for (const [at, { kind }] of Object.entries(route.ids)) {
    const id = at === place ? (given ?? (await idFor(trial, kind, relation))) : await idFor(trial, kind, 'own');
    if (id === null) return null;
    ids[at] = id;
  }
  const parts = await route.build({ world, caller: role.person, ids, place, relation });
  const pathIds = Object.fromEntries(
    Object.entries(ids).flatMap(([at, id]) => (at.startsWith('path.') ? [[at.slice(5), id]] : [])),
  );
  const sent = requestOf(operation, pathIds, parts);
  const headers = { ...sent.headers, ...(await role.headers(route.endsSession)) };
  for (const id of Object.values(ids)) sentIds.add(id);
  const before = await world.fingerprint();
  const answer = await send(world.server, { ...sent, headers });
  const changed = (await world.fingerprint()) !== before;
  return { place, relation, ids: Object.values(ids), sent, answer, verdict: route.verdict(answer), changed };
}

/** Things are made once for each person, unless the route uses them up. */
const madeIds = new Map<string, string>();
/** What somebody has sent comes back to them among their own things. */
const sentIds = new Set<string>();

async function idFor(trial: Trial, name: IdKindName, relation: Relation): Promise<string | null> {
  const kind: IdKind = ID_KINDS[name];
  const maker = relation === 'malformed' ? undefined : kind.make[relation];
  if (maker === undefined) return null;
  const { person } = trial.role;
  if (kind.isUsedOnce || relation === 'unknown' || (trial.route.usesUp && relation === 'own' && !isShut(trial)))
    return maker(world, person);
  const key = `${name} ${relation} ${person.caller.id}`;
  const id = madeIds.get(key) ?? (await maker(world, person));
  madeIds.set(key, id);
  return id;
}

const isShut = ({ operation, route, role }: Trial): boolean => statusForAll(route, role, operation.method) !== null;

function judge({ operation, route, role }: Trial, one: Attempt, promised: number): string[] {
  const expected = statusForAll(route, role, operation.method) ?? promised;
  const at = `${role.name}, ${one.place || 'its own'} ${one.relation} ${JSON.stringify(one.ids)}`;
  const faults: string[] = [];
  if (one.verdict !== expected) faults.push(`${at}: ${one.verdict} instead of ${expected}: ${one.answer.text.slice(0, 300)}`);
  if (one.answer.status >= 400 && one.changed)
    faults.push(`${at}: refused with ${one.answer.status}, and yet something was changed`);
  const request = `${one.sent.url} ${one.sent.payload?.toString() ?? ''} ${one.ids.join(' ')}`;
  // Whoever gives the password of somebody is that somebody.
  const mine = role.standing === 'unknown' && !request.includes(role.person.caller.email) ? null : role.person;
  for (const other of [world.learner, world.otherLearner, world.publisher, world.otherPublisher]) {
    if (other === mine) continue;
    for (const secret of other.secrets) {
      if (one.answer.text.includes(secret) && !request.includes(secret) && !sentIds.has(secret))
        faults.push(`${at}: tells ${secret} of ${other.caller.email}`);
    }
  }
  return faults;
}

/** What everybody of this standing is answered, whatever the id; null where the id decides. */
function statusForAll(route: RouteRule, role: Role, method: string): number | null {
  if (route.access === 'open') return route.setsCookie && role.standing === 'other_site' ? 403 : null;
  if (role.standing === 'unknown') return 401;
  if (role.standing === 'other_site' && !READING.has(method)) return 403;
  return route.access === 'publisher' && !role.person.isPublisher ? 403 : null;
}
