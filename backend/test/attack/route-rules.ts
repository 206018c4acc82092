import { randomUUID } from 'node:crypto';
import { PASSWORD } from '../app.ts';
import { itemsOf, makeEvent } from '../factories.ts';
import { id, open, OWN_SPACE_IN_BODY, publisher, type RouteRule, signedIn } from './rule-kinds.ts';
import { UNIT_PLAIN, unitBody, unitBodyIds, withId } from './unit-rules.ts';

/** A wrong one: the person is needed further on. */
const GUESS = 'not the password of anybody';

/**
 * What every route promises about who may do what to whose things: the one place to declare a new route, parameter or id in a
 * body. Whatever the OpenAPI document has and this table has not fails `authorisation.test.ts` by name.
 */
export const ROUTE_RULES: Readonly<Record<string, RouteRule>> = {
  'GET /api/v1/health': open(),
  'POST /api/v1/users/sign-up': open({
    setsCookie: true,
    own: 201,
    build: () => ({ body: { email: `${randomUUID()}@example.org`, password: PASSWORD, name: 'New' } }),
  }),
  'POST /api/v1/users/sign-in': open({
    setsCookie: true,
    build: ({ caller }) => ({ body: { email: caller.caller.email, password: PASSWORD } }),
  }),
  'POST /api/v1/users/sign-out': signedIn({ endsSession: true, own: 204 }),
  'GET /api/v1/users/me': signedIn(),
  'GET /api/v1/users/me/export': signedIn(),
  'POST /api/v1/users/me/password': signedIn({
    own: 403,
    build: () => ({ body: { current_password: GUESS, new_password: PASSWORD } }),
  }),
  'POST /api/v1/users/me/delete': signedIn({ own: 403, build: () => ({ body: { password: GUESS } }) }),

  'GET /api/v1/content/units/sync': signedIn({
    plain: ['query.since', 'query.feed_id', 'query.limit', 'query.include_deleted', 'query.payload'],
  }),
  'GET /api/v1/content/units': signedIn({ plain: ['query.scope', 'query.limit', 'query.after'] }),
  'GET /api/v1/content/units/digest': signedIn({
    plain: ['query.at'],
    build: async ({ caller }) => {
      const { body } = await caller.caller.get<{ cursor: string }>('/content/units/sync?limit=500&payload=summary');
      return { query: { at: body.cursor } };
    },
  }),
  'GET /api/v1/content/units/{id}': signedIn({ ids: { 'path.id': id('readableUnit') } }),
  'POST /api/v1/content/assets/sign': signedIn({
    ids: { 'body./asset_ids/*': id('readableAsset', { malformed: 422 }) },
    build: ({ ids }) => ({ body: { asset_ids: [ids['body./asset_ids/*']] } }),
    // What one may not see is left out.
    verdict: ({ status, json }) => (status === 200 && (json as { assets: unknown[] }).assets.length === 0 ? 404 : status),
  }),
  'PUT /api/v1/content/my-units/{id}': signedIn({ own: 204, ids: { 'path.id': id('readableUnit', { own: 204, shared: 204 }) } }),
  'DELETE /api/v1/content/my-units/{id}': signedIn({
    own: 204,
    ids: { 'path.id': id('readableUnit', { own: 204, shared: 204 }) },
  }),

  'PUT /api/v1/content/units/{id}': publisher({
    own: 200,
    ids: {
      'path.id': id('ownedUnit', { shared: 403, deleted: 409, unknown: 200 }, 'an id that nobody has may be taken'),
      ...unitBodyIds(),
    },
    plain: UNIT_PLAIN,
    build: ({ world, ids, place, relation }) => {
      const unitId = place === 'path.id' && relation === 'malformed' ? randomUUID() : (ids['path.id'] ?? '');
      return { body: withId(unitBody(world, unitId), place, ids, relation) };
    },
    verdict: ({ status }) => (status === 201 ? 200 : status),
  }),
  'DELETE /api/v1/content/units/{id}': publisher({
    own: 204,
    usesUp: true,
    ids: { 'path.id': id('ownedUnit', { own: 204, shared: 403 }) },
  }),

  'GET /api/v1/content/units/{id}/versions': publisher({
    plain: ['query.before', 'query.limit'],
    ids: { 'path.id': id('ownedUnit', { shared: 403 }) },
  }),
  'POST /api/v1/content/units/{id}/rollback': publisher({
    ids: { 'path.id': id('ownedUnit', { shared: 403, deleted: 409 }) },
    build: () => ({ body: { version: 1 } }),
  }),

  'GET /api/v1/objects/{object_id}': open({
    ids: { 'path.object_id': id('object', { foreign: 403, unknown: 403 }) },
    plain: ['query.type', 'query.expires', 'query.signature'],
    build: async ({ world, ids }) => {
      const wanted = ids['path.object_id'] ?? '';
      // For what was not signed for us, the signature of something else.
      const url = world.signedUrls.get(wanted) ?? [...world.signedUrls.values()].at(-1) ?? '';
      return { query: Object.fromEntries(new URL(url, 'http://x').searchParams) };
    },
  }),
  'PUT /api/v1/objects/{object_id}': publisher({
    ids: { 'path.object_id': id('object', { foreign: 422, unknown: 422 }) },
    // The bytes of another's object are not ours to send.
    build: ({ world, ids, relation }) => ({
      bytes: (relation === 'own' ? world.bytes.get(ids['path.object_id'] ?? '') : undefined) ?? Buffer.from('other bytes'),
    }),
  }),

  // Before there are answers to what is deleted, which stay the learner's own.
  'GET /api/v1/learning_session/progress': signedIn({
    ids: { 'query.unit_id': id('readableUnit', { malformed: 400 }) },
    build: ({ ids }) => ({ query: { unit_id: ids['query.unit_id'] ?? '' } }),
  }),
  'POST /api/v1/learning_session/events': signedIn({
    // The contract lets each item be judged by itself, so that the document says nothing of what it holds.
    ids: {
      'body./items/*/payload': id('readableUnit', { deleted: 200, malformed: 422 }),
      'body./items/*/payload/event_id': id('event', OWN_SPACE_IN_BODY),
      'body./items/*/payload/session_id': id('session', OWN_SPACE_IN_BODY),
      'body./items/*/payload/device_id': id('device', OWN_SPACE_IN_BODY),
      'body./items/*/payload/lesson_id': id('lesson', OWN_SPACE_IN_BODY),
      'body./items/*/payload/exercise_id': id('exercise', OWN_SPACE_IN_BODY),
    },
    build: ({ world, ids, place }) => {
      const event = makeEvent({
        unit_id: world.commonUnit.id,
        type: 'exercise_answered',
        exercise_id: randomUUID(),
        answer: { text: '100' },
      });
      const field = place.split('/').at(-1) ?? '';
      const changed = place === '' ? {} : { [field === 'payload' ? 'unit_id' : field]: ids[place] };
      return { body: itemsOf({ ...event, ...changed }) };
    },
    verdict: ({ status, json }) => {
      const result = status === 200 ? (json as { results: { problem: { status: number } | null }[] }).results[0] : undefined;
      return result?.problem?.status ?? status;
    },
  }),
  'GET /api/v1/learning_session/events': signedIn({ plain: ['query.since', 'query.limit'] }),
};
