import { ERROR_STATUS, type ErrorCode, PROBLEM_CONTENT_TYPE, type Problem } from '@haversack/contract';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import pg from 'pg';
import { ApiError, UnavailableError } from './models.ts';
import { problem } from './problems.ts';
import { readableFaults } from './validation.ts';

const RETRY_LATER_SECONDS = 5;
const FOREIGN_KEY_VIOLATION = '23503';
const DROPPED_BODY_MAX_BYTES = 64 * 1024 * 1024;

/** What Fastify itself refuses, in the wire's words. */
const FRAMEWORK_CODES: Readonly<Record<string, [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_body', 'The body is not JSON.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this call takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'This call takes JSON, sent as application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'The body is not as long as its Content-Length says.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The address is not well formed.'],
  FST_ERR_ASYNC_CONSTRAINT: ['invalid_request', 'The request is not well formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is nothing here.'],
};

/** Error handler of the whole server: every refusal is a problem, every bug a 500 that tells nothing but its request id. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = isGone(request) ? new ApiError('invalid_request', 'The request broke off.') : toApiError(error);
  if (refusal.code === 'payload_too_large') letFinish(request, reply);
  if (ERROR_STATUS[refusal.code] >= 500) request.log.error(describeError(error), 'request failed');
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
  return sendProblem(reply, refusal);
}

/** The caller hung up in the middle of the body: nobody's fault, and nobody reads the answer. */
const isGone = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

/** Who is still sending when the connection closes sees a broken pipe, not the answer: a moderate rest is read and dropped. */
function letFinish(request: FastifyRequest, reply: FastifyReply): void {
  const declared = Number(request.headers['content-length']);
  if (declared <= DROPPED_BODY_MAX_BYTES) reply.removeHeader('connection');
  else reply.header('connection', 'close');
}

export function sendProblem(reply: FastifyReply, refusal: ApiError): FastifyReply {
  const body: Problem = problem(refusal.code, refusal.message, {
    requestId: reply.request.id,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
  });
  return reply
    .code(body.status)
    .removeHeader('etag')
    .header('cache-control', 'no-store')
    .header('content-type', PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(body));
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnavailableError) {
    return new ApiError('unavailable', 'The server is busy or not whole just now.', { retryAfterSeconds: RETRY_LATER_SECONDS });
  }
  if (isWriteOfNobody(error)) return new ApiError('unauthenticated', 'The account of this token is gone.');
  if (isFastifyError(error)) {
    if (error.validation !== undefined) return validationError(error);
    const known = FRAMEWORK_CODES[error.code];
    if (known !== undefined) return new ApiError(...known);
    // secure-json-parse, raw-body and friends mark the caller's own faults by their status alone.
    if (error.statusCode !== undefined && error.statusCode < 500)
      return new ApiError('invalid_request', 'The request is not well formed.');
  }
  return new ApiError('internal_error', 'This is a fault of the server; it is in its log under the request id.');
}

/** A token of an account that was deleted on another node is still believed here for a while; the foreign keys are not fooled. */
function isWriteOfNobody(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError && error.code === FOREIGN_KEY_VIOLATION && error.constraint?.endsWith('_person') === true
  );
}

function validationError(error: FastifyError): ApiError {
  // Our validator compiler passes Ajv's own errors through.
  const faults = readableFaults(error.validation ?? [], validatedValue(error));
  if (error.validationContext === 'body')
    return new ApiError('invalid_body', 'The body is not as the contract says.', { errors: faults });
  if (error.validationContext === 'params')
    return new ApiError('not_found', 'There is nothing here, or nothing that you may see.');
  return new ApiError('invalid_request', 'The query is not as the contract says.', { errors: faults });
}

const validatedValues = new WeakMap<object, unknown>();

/** Remembers what was checked beside Ajv's errors, which do not carry it. */
export function rememberValidated(errors: object, value: unknown): void {
  validatedValues.set(errors, value);
}

function validatedValue(error: FastifyError): unknown {
  return error.validation === undefined ? undefined : validatedValues.get(error.validation);
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** What a log may say of an error: never the values that a database error quotes (rule SE-3). */
export function describeError(error: unknown): object {
  if (error instanceof pg.DatabaseError) {
    const { code, table, constraint, routine } = error;
    return { error: { kind: 'database', code, table, constraint, routine, stack: framesOf(error) } };
  }
  if (!(error instanceof Error)) return { error: { kind: typeof error } };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { error: { kind: error.name, message: error.message, stack: framesOf(error), ...cause } };
}

function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .map((line) => line.trim());
}
