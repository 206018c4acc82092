import { readFileSync } from 'node:fs';
import { StartError } from './models.ts';

/** One environment variable that the server heeds, as `docs/operations/settings.md` tells of it. */
export interface Setting {
  name: string;
  /** What may stand there. */
  takes: string;
  /** What holds when nothing does. */
  unset: string;
  meaning: string;
  /** It opens something: `<NAME>_FILE` may name a file that holds it, so that it stands in no list of processes. */
  isSecret?: true;
}

/** Every setting there is; reading another one is a type error. */
export const SETTINGS = [
  { name: 'PORT', takes: '0 to 65535', unset: '8080', meaning: 'Port that is served; 0 = any free one.' },
  {
    name: 'HOST',
    takes: 'an address of this machine',
    unset: 'every interface, IPv6 and IPv4',
    meaning: 'Address to listen on.',
  },
  {
    name: 'DATA_DIR',
    takes: 'a folder',
    unset: '`.data` in the working folder',
    meaning:
      "Where the embedded PostgreSQL, the objects and the made publisher's credentials lie. Nodes that share objects on disk share this folder.",
  },
  {
    name: 'DATABASE_URL',
    takes: '`postgres://user:password@host:5432/name`',
    unset: 'the PostgreSQL that comes along, in `DATA_DIR`',
    meaning: 'A PostgreSQL of your own (14 or newer).',
    isSecret: true,
  },
  {
    name: 'DATABASE_MAX_CONNECTIONS',
    takes: '2 to 1000',
    unset: '10',
    meaning: 'Connections of this node at most. Those of all nodes together must stay below what the database allows.',
  },
  {
    name: 'PUBLISHER_EMAIL',
    takes: 'an e-mail address',
    unset: 'one is made up, and kept in `publisher.json`',
    meaning: 'The publisher who is made, or given this password, at the start.',
  },
  {
    name: 'PUBLISHER_PASSWORD',
    takes: 'a password',
    unset: 'one is made up, and kept in `publisher.json`',
    meaning: 'Belongs with `PUBLISHER_EMAIL`.',
    isSecret: true,
  },
  {
    name: 'TLS_CERT',
    takes: 'a PEM file',
    unset: 'plain HTTP',
    meaning: 'Certificate, with its chain. For a server without a proxy in front.',
  },
  { name: 'TLS_KEY', takes: 'a PEM file', unset: 'plain HTTP', meaning: 'Its private key. Belongs with `TLS_CERT`.' },
  {
    name: 'S3_BUCKET',
    takes: 'a name',
    unset: 'objects lie in `DATA_DIR`',
    meaning: 'Bucket of an S3-speaking store in which objects are kept.',
  },
  {
    name: 'S3_ENDPOINT',
    takes: '`https://host:port`',
    unset: "Amazon's own of the region",
    meaning: 'Address of the store as nodes reach it.',
  },
  {
    name: 'S3_PUBLIC_ENDPOINT',
    takes: '`https://host:port`',
    unset: 'as `S3_ENDPOINT`',
    meaning: "Address of the same store as learners' devices reach it.",
  },
  { name: 'S3_REGION', takes: 'a name', unset: '`us-east-1`', meaning: 'Region that requests are signed for.' },
  { name: 'S3_ACCESS_KEY_ID', takes: 'a key id', unset: 'needed with `S3_BUCKET`', meaning: 'Who we are to the store.' },
  { name: 'S3_SECRET_ACCESS_KEY', takes: 'a key', unset: 'needed with `S3_BUCKET`', meaning: 'Signs requests to the store.' },
  {
    name: 'S3_FORCE_PATH_STYLE',
    takes: '`true` or `false`',
    unset: '`true` where `S3_ENDPOINT` is set',
    meaning: 'Whether the bucket is named in the path instead of the host name.',
  },
  {
    name: 'WEB_DIR',
    takes: 'a folder',
    unset: 'no web app is served; `npm start` sets it',
    meaning: 'Where the built web app lies.',
  },
  {
    name: 'LOG_LEVEL',
    takes: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
    unset: '`warn`',
    meaning: 'From which weight on lines are logged. `info` logs one line a request.',
  },
  {
    name: 'TRUST_PROXY',
    takes: 'a whole number',
    unset: '0',
    meaning: 'How many proxies of ours stand in front: so many entries of `X-Forwarded-For` are believed. `true` means one.',
  },
  {
    name: 'SIGN_UPS_PER_HOUR_PER_ADDRESS',
    takes: '1 to 1000000',
    unset: '600',
    meaning: 'New accounts an hour from one address; a school shares one.',
  },
  {
    name: 'TOMBSTONE_RETENTION_DAYS',
    takes: '1 to 36500',
    unset: '400',
    meaning: 'How long deletions are remembered. A device that was away for longer pulls everything anew.',
  },
  {
    name: 'OBJECT_GRACE_DAYS',
    takes: '1 to 36500',
    unset: '30',
    meaning: 'How long an object that no unit refers to is kept ([objects](../objects.md)).',
  },
  {
    name: 'METRICS_PORT',
    takes: '0 to 65535',
    unset: 'no metrics',
    meaning: 'Port of `GET /metrics` (Prometheus text); 0 = any free one.',
  },
  {
    name: 'METRICS_HOST',
    takes: 'an address of this machine',
    unset: '`127.0.0.1`',
    meaning: 'Address on which the metrics are served. They are for operators: never one that the public reaches.',
  },
  {
    name: 'DRAIN_WAIT_SECONDS',
    takes: '0 to 300',
    unset: '0',
    meaning:
      'How long a node that is told to stop goes on taking requests while `/health` says `draining`. Behind a proxy: longer than it takes it to notice.',
  },
  {
    name: 'DRAIN_LIMIT_SECONDS',
    takes: '1 to 3600',
    unset: '10',
    meaning: 'How long requests under way may then take; what still runs is cut off, and the exit code is 1.',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];

/**
 * What stands in a setting, trimmed; null where nothing does.
 * @throws {StartError} where the file that holds a secret cannot be read, or both forms are set.
 */
export function readSetting(env: NodeJS.ProcessEnv, name: SettingName): string | null {
  const given = env[name]?.trim() || null;
  const fileSetting = `${name}_FILE`;
  const path = isSecret(name) ? env[fileSetting]?.trim() || null : null;
  if (path === null) return given;
  if (given !== null) throw new StartError(`${name} and ${fileSetting} are both set: keep one of them.`);
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    throw new StartError(`${fileSetting} names the file ${path}, which cannot be read: check the path and its permissions.`);
  }
}

const isSecret = (name: SettingName): boolean => SETTINGS.some((setting) => setting.name === name && 'isSecret' in setting);

/** Variables that look like settings of ours and are none, a sentence each: a typing mistake is told, not passed over. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known: string[] = SETTINGS.flatMap(({ name }) => (isSecret(name) ? [name, `${name}_FILE`] : [name]));
  return Object.keys(env).flatMap((name) => {
    if (!env[name] || known.includes(name)) return [];
    const meant = known.find(
      (other) => other.length >= 8 && Math.abs(name.length - other.length) <= 2 && distance(name, other) <= 2,
    );
    if (meant !== undefined) return [`${name} is no setting and is not heeded: did you mean ${meant}?`];
    return name.startsWith('HAVERSACK_') && !name.startsWith('HAVERSACK_TEST_')
      ? [`${name} is no setting and is not heeded: docs/operations/settings.md names those there are.`]
      : [];
  });
}

/** Levenshtein: letters to change, add or leave out. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, otherLetter] of [...other].entries()) {
      const change = (row[index] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
