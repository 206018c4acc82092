import type { IdKindName, Relation } from './identifiers.ts';
import type { Somebody, World } from './world.ts';

/** What a route promises; see `route-rules.ts`. */
export interface RouteRule {
  access: 'open' | 'signed_in' | 'publisher';
  /** By place: `path.id`, `query.unit_id`, `body./asset_ids/*` (JSON Pointer, `*` for each item). */
  ids: Readonly<Record<string, IdRule>>;
  /** Parameters and free fields that name nobody's thing. */
  plain: readonly string[];
  /** What the route answers to its own caller's well-formed request. */
  own: number;
  /** It signs somebody in for this browser: another site must not. */
  setsCookie: boolean;
  /** The token is used up by it. */
  endsSession: boolean;
  /** The thing that the id names is used up by it. */
  usesUp: boolean;
  build(request: BuildRequest): Promise<RequestParts> | RequestParts;
  /** Where a refusal does not show in the status. */
  verdict(answer: { status: number; json: unknown }): number;
}

export interface IdRule {
  kind: IdKindName;
  outcomes: Readonly<Record<Relation, number>>;
  /** Why the answer may tell a thing of somebody else's from nothing; null: it must not. */
  tellsApart: string | null;
}

export interface BuildRequest {
  world: World;
  caller: Somebody;
  ids: Readonly<Record<string, string>>;
  /** Which id is tried, '' for none, and what it is to the caller. */
  place: string;
  relation: Relation;
}

export interface RequestParts {
  query?: Record<string, string>;
  body?: unknown;
  bytes?: Buffer;
}

export const OWN_SPACE = { foreign: 200, deleted: 200, unknown: 200 } as const;
export const OWN_SPACE_IN_BODY = { ...OWN_SPACE, malformed: 422 } as const;
const IN_PATH: IdRule['outcomes'] = { own: 200, shared: 200, foreign: 404, deleted: 404, unknown: 404, malformed: 404 };

export function id(kind: IdKindName, outcomes: Partial<IdRule['outcomes']> = {}, tellsApart: string | null = null): IdRule {
  return { kind, outcomes: { ...IN_PATH, ...outcomes }, tellsApart };
}

const toRule = (access: RouteRule['access'], more: Partial<RouteRule>): RouteRule => ({
  access,
  ids: {},
  plain: [],
  own: 200,
  setsCookie: false,
  endsSession: false,
  usesUp: false,
  build: () => ({}),
  verdict: ({ status }) => status,
  ...more,
});
export function open(more: Partial<RouteRule> = {}): RouteRule {
  return toRule('open', more);
}
export function signedIn(more: Partial<RouteRule> = {}): RouteRule {
  return toRule('signed_in', more);
}
export function publisher(more: Partial<RouteRule> = {}): RouteRule {
  return toRule('publisher', more);
}
