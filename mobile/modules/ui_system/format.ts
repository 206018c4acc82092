/** Sizes, counts and moments in the reader's language and digits. Intl parts that Hermes has on every phone. */

const KB = 1000;

/** "3.2 MB". Decimal units, as phones and browsers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < KB) return `${formatNumber(bytes)} B`;
  if (bytes < KB * KB) return `${formatNumber(Math.round(bytes / KB))} kB`;
  if (bytes < KB * KB * KB) return `${formatNumber(roundTo(bytes / (KB * KB), 1))} MB`;
  return `${formatNumber(roundTo(bytes / (KB * KB * KB), 1))} GB`;
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(undefined).format(value);
}

/** "1 lesson", "5 lessons". */
export function formatCount(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "just now", "5 minutes ago", then the date. A moment in the future (a clock that was set back) is "just now". */
export function formatMoment(at: number, now: number): string {
  const age = now - at;
  if (age < MINUTE_MS) return 'just now';
  if (age < HOUR_MS) return `${formatCount(Math.floor(age / MINUTE_MS), 'minute', 'minutes')} ago`;
  if (age < DAY_MS) return `${formatCount(Math.floor(age / HOUR_MS), 'hour', 'hours')} ago`;
  return new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }).format(at);
}

/** "6 min" of a length in seconds; at least one. */
export function formatDuration(seconds: number): string {
  return `${formatNumber(Math.max(1, Math.round(seconds / 60)))} min`;
}

function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
