import type { ErrorCode, FieldError, Role } from '@haversack/contract';

/** Wall clock in epoch milliseconds. Order in the database never depends on it. */
export interface Clock {
  nowMs(): number;
}

export interface Ids {
  /** A random UUID. */
  uuid(): string;
  /** Cryptographically random bytes. */
  randomBytes(count: number): Buffer;
}

/** Structured logger; what is logged carries no personal data (rule SE-3). */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Somebody who has shown a valid token. */
export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
}

/** Runs SQL with bound parameters. Under a name, which stands for one text for ever, each connection has it read and planned once. */
export interface Queryable {
  query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** One transaction (read committed); rolled back when `work` throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}

/** A refusal that the caller is told about, as an RFC 9457 problem. Anything else that is thrown is a bug: 500. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, more: { errors?: FieldError[]; retryAfterSeconds?: number } = {}) {
    super(detail);
    this.code = code;
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The database cannot be asked just now; the caller may try again. */
export class UnavailableError extends Error {}

/** A setting or a state of the machine that the operator must mend; its message is one plain sentence that says how. */
export class StartError extends Error {}

/** One installation's identity and keys, the same on every node. */
export interface Installation {
  feedId: string;
  signingKey: Buffer;
  accountsSecret: string;
}

export const notFound = (): ApiError => new ApiError('not_found', 'There is nothing here, or nothing that you may see.');
