import fc from 'fast-check';
import { valueOf } from './arbitraries.ts';
import { HOSTILE_HEADERS, HOSTILE_JSON, HOSTILE_QUERY, HOSTILE_QUERY_PARTS, ODD_METHODS, ODD_PATHS } from './hostile.ts';
import type { Relation } from './identifiers.ts';
import type { Operation } from './openapi.ts';

/** One change to a body: `at` picks the place among all of them. */
export interface Mutation {
  at: number;
  how: 'replace' | 'remove' | 'add' | 'twice';
  json: string;
}

/** All that chance decides about one request. With its seed the same plans come again. */
export interface Plan {
  operation: Operation;
  /** As the contract says; with one fault; with several, and odd in its HTTP too. */
  mode: 'valid' | 'almost' | 'hostile';
  /** Made by the schema alone, or by the route's own rule. */
  isFromSchema: boolean;
  body: unknown;
  query: Record<string, unknown>;
  who: 'learner' | 'publisher' | 'nobody';
  relation: Relation;
  mutations: Mutation[];
  queryValue: { at: number; value: string } | null;
  queryPart: string | null;
  headers: (readonly [string, string])[];
  method: string | null;
  pathEnd: string | null;
  /** In place of the body's JSON. */
  rawBody: string | null;
  isChunked: boolean;
  isOnSocket: boolean;
  /** Stands for whatever differs from call to call: an address, a new name. */
  salt: number;
}

/** Hashing a password is slow on purpose. */
const isCostly = (name: string): boolean => /\/users\/(?:sign-(?:up|in)|me\/password|me\/delete)$/.test(name);

export function planArbitrary(operations: readonly Operation[], ids: readonly string[]): fc.Arbitrary<Plan> {
  return fc.oneof(
    ...operations.map((operation) => ({ weight: isCostly(operation.name) ? 1 : 5, arbitrary: planFor(operation, ids) })),
  );
}

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

function planFor(operation: Operation, ids: readonly string[]): fc.Arbitrary<Plan> {
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const required = query.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  return fc.record<Plan>({
    operation: fc.constant(operation),
    mode: fc.constantFrom('valid', 'valid', 'valid', 'almost', 'almost', 'almost', 'almost', 'hostile', 'hostile', 'hostile'),
    isFromSchema: fc.boolean(),
    body: operation.body === null ? fc.constant(undefined) : valueOf(operation.body, ids),
    query: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, valueOf(schema, ids)])), {
      requiredKeys: required,
    }),
    who: fc.constantFrom('learner', 'learner', 'publisher', 'publisher', 'publisher', 'publisher', 'nobody'),
    relation: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'own', 'shared', 'foreign', 'deleted', 'unknown'),
    mutations: fc.array(
      fc.record<Mutation>({
        at: fc.nat(),
        how: fc.constantFrom('replace', 'replace', 'replace', 'replace', 'remove', 'add', 'twice'),
        json: fc.constantFrom(...HOSTILE_JSON),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    queryValue: seldom(fc.record({ at: fc.nat(), value: fc.constantFrom(...HOSTILE_QUERY) })),
    queryPart: seldom(fc.constantFrom(...HOSTILE_QUERY_PARTS)),
    headers: fc.array(fc.constantFrom(...HOSTILE_HEADERS), { minLength: 1, maxLength: 4 }),
    method: seldom(fc.constantFrom(...ODD_METHODS)),
    pathEnd: seldom(fc.constantFrom(...ODD_PATHS)),
    rawBody: seldom(fc.constantFrom(...HOSTILE_JSON)),
    isChunked: fc.boolean(),
    isOnSocket: fc.boolean(),
    salt: fc.nat(),
  });
}
