/** Cookie of the browser app: `__Host-` binds it to this host, the whole path and TLS (or localhost). */
export const SESSION_COOKIE = '__Host-haversack';

/** A learner may be away for a year; every use puts the end off again. Browsers cap cookies at 400 days. */
export const SESSION_LIFETIME_SECONDS = 400 * 24 * 60 * 60;

/** How long a node believes a session that it has seen: the stated delay of a revocation made on another node. */
export const SESSION_CACHE_MS = 60_000;

/** Failures for one account from one address. */
export const SIGN_IN_FAILURES_MAX = 10;
export const SIGN_IN_WINDOW_SECONDS = 5 * 60;
/** Failures for one account in an hour, from all addresses where its owner has never signed in. */
export const SIGN_IN_FAILURES_PER_ACCOUNT_MAX = 100;
/** How long an address counts as one where the owner of an account has signed in. */
export const KNOWN_ADDRESS_SECONDS = 90 * 24 * 60 * 60;
/** Failures from one address over all accounts; a school may sit behind one. */
export const SIGN_IN_FAILURES_PER_ADDRESS_MAX = 300;

/** The same account however it is written: in capitals, or in letters that look and mean the same. */
export const foldEmail = (email: string): string => email.normalize('NFKC').toLowerCase();

const IPV6_NETWORK_GROUPS = 4;

/** What counts as one address: an IPv4 address, or the /64 network of an IPv6 one, which a single household commands. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!ip.includes(':')) return ip;
  const [head = '', tail = ''] = ip.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = ip.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return [...left, ...zeros, ...right].slice(0, IPV6_NETWORK_GROUPS).join(':').toLowerCase();
}
