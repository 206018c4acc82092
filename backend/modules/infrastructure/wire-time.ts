const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d{2}):(\d{2}))$/i;
const MINUTE_MS = 60_000;
const MILLIS_DIGITS = 3;
const MICROS_DIGITS = 6;

/** SQL that reads a `timestamptz` as the wire writes it: RFC 3339 in UTC with microseconds. */
export function wireTime(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Epoch milliseconds as the wire writes times. */
export function formatWireTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, -1)}000Z`;
}

/**
 * The same instant in UTC with exactly six digits, or null when `text` is no RFC 3339 date-time of the years 1 to 9998.
 * Canonical forms compare as strings in the order of time. Digits past the microsecond are cut.
 * A blank in place of `+` is what is left of an offset that was not percent-encoded in a query; it is understood.
 */
export function canonicalTime(text: string): string | null {
  const match = RFC3339.exec(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const local = new Date(0);
  local.setUTCFullYear(parts[0] ?? 0, (parts[1] ?? 0) - 1, parts[2] ?? 0);
  local.setUTCHours(parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0);
  if (local.toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) return null;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return null;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const instant = new Date(local.getTime() - offset * MINUTE_MS);
  if (instant.getUTCFullYear() < 1 || instant.getUTCFullYear() > 9998) return null;
  return `${instant.toISOString().slice(0, -(MILLIS_DIGITS + 2))}.${fraction.padEnd(MICROS_DIGITS, '0').slice(0, MICROS_DIGITS)}Z`;
}
