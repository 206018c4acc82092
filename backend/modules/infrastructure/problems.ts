import { ERROR_STATUS, type ErrorCode, type FieldError, type Problem } from '@haversack/contract';

const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'The request is not valid',
  invalid_cursor: 'The cursor is not valid',
  idempotency_key_missing: 'An Idempotency-Key is missing',
  unauthenticated: 'Sign in first',
  invalid_credentials: 'E-mail or password is wrong',
  wrong_person: 'The token is somebody else’s',
  forbidden: 'Not allowed',
  wrong_password: 'The password is wrong',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  request_timeout: 'The request took too long',
  email_taken: 'The e-mail is taken',
  digest_stale: 'The digest is of another state',
  unit_deleted: 'The unit was deleted',
  cursor_expired: 'The cursor has expired',
  version_conflict: 'The version is another one',
  payload_too_large: 'Too large',
  unsupported_media_type: 'The media type is not supported',
  range_not_satisfiable: 'The range cannot be satisfied',
  invalid_body: 'The body is not valid',
  idempotency_key_reused: 'The key was used for something else',
  checksum_mismatch: 'The bytes do not match their checksum',
  rate_limited: 'Too many requests',
  internal_error: 'Something went wrong here',
  unavailable: 'Try again later',
};

/** An RFC 9457 problem. `type` is a URN: it names the kind of problem and is no address. */
export function problem(code: ErrorCode, detail: string, more: { requestId?: string; errors?: FieldError[] } = {}): Problem {
  return {
    type: `urn:haversack:problem:${code}`,
    title: TITLES[code],
    status: ERROR_STATUS[code],
    detail,
    code,
    ...(more.requestId === undefined ? {} : { request_id: more.requestId }),
    ...(more.errors === undefined ? {} : { errors: more.errors }),
  };
}
