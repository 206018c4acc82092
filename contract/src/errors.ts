import Type, { type Static } from 'typebox';

/** Stable words of the wire, with the HTTP status that each travels under. */
export const ERROR_STATUS = {
  invalid_request: 400,
  invalid_cursor: 400,
  idempotency_key_missing: 400,
  unauthenticated: 401,
  invalid_credentials: 401,
  wrong_person: 401,
  forbidden: 403,
  wrong_password: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  email_taken: 409,
  digest_stale: 409,
  unit_deleted: 409,
  cursor_expired: 410,
  version_conflict: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  invalid_body: 422,
  idempotency_key_reused: 422,
  checksum_mismatch: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** RFC 9457 problem, as every refusal of the server is told. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  code: Type.String({ description: 'one of the contract’s stable words' }),
  request_id: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
});
export type Problem = Static<typeof Problem>;
/** One fault in a body or query: `path` is a JSON Pointer (RFC 6901). */
export type FieldError = { path: string; message: string };

/** Media type of a problem (RFC 9457). */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
