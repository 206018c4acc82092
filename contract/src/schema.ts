import Type, { type TSchema } from 'typebox';

/** A value or null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Canonical textual UUID of any version (RFC 9562). */
export const Uuid = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  description: 'UUID',
});

/** RFC 3339 in UTC with microseconds. A string to everybody but the database: JavaScript's Date would cut it. */
export const Timestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
  description: 'RFC 3339 date-time',
});

/** `sha256:<64 hex digits>`. */
export const Checksum = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });

/** 64 lower-case hex digits. */
export const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** A closed object: fields that are not named are refused. For request bodies only; answers stay open for newer servers. */
export const Closed = { additionalProperties: false } as const;
