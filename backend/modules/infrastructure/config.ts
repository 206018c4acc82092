import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StartError } from './models.ts';
import { loadS3Settings, type S3Settings } from './s3-settings.ts';

export interface Config {
  port: number;
  /** Address to listen on; null = every interface, IPv6 and IPv4. */
  host: string | null;
  dataDir: string;
  /** null = the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  databaseMaxConnections: number;
  /** null = objects are kept in `dataDir`. */
  s3: S3Settings | null;
  publisher: { email: string; password: string } | null;
  tls: { cert: Buffer; key: Buffer } | null;
  /** Folder of the built web app; null = none is served. */
  webDir: string | null;
  logLevel: LogLevel;
  /** Whether X-Forwarded-For is believed: only behind a proxy that sets it. */
  trustProxy: boolean;
  signUpsPerHourPerAddress: number;
  /** How long tombstones are kept; older cursors have expired. */
  tombstoneRetentionDays: number;
  /** How long an object that no unit refers to is kept. */
  objectGraceDays: number;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Reads and checks the settings.
 * @throws {StartError} whose message says which setting to mend, and how.
 */
export function loadConfig(env: NodeJS.ProcessEnv, workingDir: string): Config {
  const text = (name: string): string | null => env[name]?.trim() || null;
  const whole = (name: string, fallback: number, min: number, max: number): number => {
    const given = text(name);
    if (given === null) return fallback;
    const value = Number(given);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new StartError(`${name} is "${given}", but must be a whole number from ${min} to ${max}.`);
  };
  const webDir = text('WEB_DIR');
  return {
    port: whole('PORT', 8080, 0, 65_535),
    host: text('HOST'),
    dataDir: resolve(workingDir, text('DATA_DIR') ?? '.data'),
    databaseUrl: databaseUrl(text('DATABASE_URL')),
    databaseMaxConnections: whole('DATABASE_MAX_CONNECTIONS', 10, 2, 1_000),
    s3: loadS3Settings(env),
    publisher: publisher(text('PUBLISHER_EMAIL'), text('PUBLISHER_PASSWORD')),
    tls: tls(text('TLS_CERT'), text('TLS_KEY')),
    webDir: webDir === null ? null : resolve(workingDir, webDir),
    logLevel: logLevel(text('LOG_LEVEL')),
    trustProxy: flag('TRUST_PROXY', text('TRUST_PROXY')),
    signUpsPerHourPerAddress: whole('SIGN_UPS_PER_HOUR_PER_ADDRESS', 600, 1, 1_000_000),
    tombstoneRetentionDays: whole('TOMBSTONE_RETENTION_DAYS', 400, 1, 36_500),
    objectGraceDays: whole('OBJECT_GRACE_DAYS', 30, 1, 36_500),
  };
}

function databaseUrl(given: string | null): string | null {
  if (given === null || /^postgres(ql)?:\/\//.test(given)) return given;
  throw new StartError('DATABASE_URL must begin with postgres:// (for instance postgres://user:password@host:5432/haversack).');
}

function publisher(email: string | null, password: string | null): Config['publisher'] {
  if (email === null && password === null) return null;
  if (email !== null && password !== null) return { email, password };
  throw new StartError('PUBLISHER_EMAIL and PUBLISHER_PASSWORD belong together: set both, or neither.');
}

function tls(cert: string | null, key: string | null): Config['tls'] {
  if (cert === null && key === null) return null;
  if (cert === null || key === null) throw new StartError('TLS_CERT and TLS_KEY belong together: set both, or neither.');
  return { cert: readSetting('TLS_CERT', cert), key: readSetting('TLS_KEY', key) };
}

function readSetting(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new StartError(`${name} names the file ${path}, which cannot be read: check the path and its permissions.`);
  }
}

function logLevel(given: string | null): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (given ?? 'warn'));
  if (level !== undefined) return level;
  throw new StartError(`LOG_LEVEL is "${given}", but must be one of ${LOG_LEVELS.join(', ')}.`);
}

function flag(name: string, given: string | null): boolean {
  if (given === null || given === 'false' || given === '0') return false;
  if (given === 'true' || given === '1') return true;
  throw new StartError(`${name} is "${given}", but must be true or false.`);
}
