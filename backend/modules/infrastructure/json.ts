import { createHash } from 'node:crypto';
import { type FieldError, LIMITS } from '@haversack/contract';

/** JSON with the keys of every object in order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

export function sha256(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * What no schema says and no database stores: nesting deeper than `LIMITS.jsonMaxDepth`, NUL characters, halves of
 * surrogate pairs, a field named `__proto__`. Returns the first such fault. Iterative, so that the depth of the input is not the depth of our stack.
 */
export function findHostileJson(root: unknown): FieldError | null {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value === 'string' && !isStorable(value))
      return { path, message: 'must not hold NUL characters or broken Unicode' };
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= LIMITS.jsonMaxDepth) return { path: '', message: `must not be nested deeper than ${LIMITS.jsonMaxDepth}` };
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') return { path: `${path}/__proto__`, message: 'is not a known field' };
      if (!isStorable(key)) return { path, message: 'must not have field names with NUL characters or broken Unicode' };
      open.push({ value: inner, path: `${path}/${escapePointer(key)}`, depth: depth + 1 });
    }
  }
  return null;
}

/** Counts objects, lists and what they hold, and no further than it must. */
export function holdsMoreValuesThan(limit: number, root: unknown): boolean {
  const open: unknown[] = [root];
  let count = 1;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const inner: unknown[] = Object.values(value);
    count += inner.length;
    if (count > limit) return true;
    for (const one of inner) open.push(one);
  }
  return false;
}

/** One segment of a JSON Pointer (RFC 6901). */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
