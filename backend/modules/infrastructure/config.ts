import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StartError } from './models.ts';
import { readSetting, type SettingName } from './settings.ts';
import { loadS3Settings, type S3Settings } from './s3-settings.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

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
  /**
   * How many proxies of ours stand in front, each adding to X-Forwarded-For: so many of its last entries are believed, and none
   * that a client could have written. 0 = the header is not looked at.
   */
  trustProxy: number;
  signUpsPerHourPerAddress: number;
  /** How long tombstones are kept; older cursors have expired. */
  tombstoneRetentionDays: number;
  /** Where `/metrics` is served; null = nowhere. */
  metrics: { port: number; host: string } | null;
  /** How long a node that is told to stop goes on taking requests, and then how long those under way may take. */
  drain: { waitMs: number; limitMs: number };
  /** How long an object that no unit refers to is kept. */
  objectGraceMs: number;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Reads and checks the settings.
 * @throws {StartError} whose message says which setting to mend, and how.
 */
export function loadConfig(env: NodeJS.ProcessEnv, workingDir: string): Config {
  const text = (name: SettingName): string | null => readSetting(env, name);
  const whole = (name: SettingName, fallback: number, min: number, max: number): number => {
    const given = text(name);
    return given === null ? fallback : wholeNumber(name, given, min, max);
  };
  const metricsPort = text('METRICS_PORT');
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
    trustProxy: proxies(text('TRUST_PROXY')),
    signUpsPerHourPerAddress: whole('SIGN_UPS_PER_HOUR_PER_ADDRESS', 600, 1, 1_000_000),
    tombstoneRetentionDays: whole('TOMBSTONE_RETENTION_DAYS', 400, 1, 36_500),
    objectGraceMs: whole('OBJECT_GRACE_DAYS', 30, 1, 36_500) * DAY_MS,
    metrics:
      metricsPort === null
        ? null
        : { port: wholeNumber('METRICS_PORT', metricsPort, 0, 65_535), host: text('METRICS_HOST') ?? '127.0.0.1' },
    drain: {
      waitMs: whole('DRAIN_WAIT_SECONDS', 0, 0, 300) * 1000,
      limitMs: whole('DRAIN_LIMIT_SECONDS', 10, 1, 3_600) * 1000,
    },
  };
}

function wholeNumber(name: SettingName, given: string, min: number, max: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new StartError(`${name} is "${given}", but must be a whole number from ${min} to ${max}.`);
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
  return { cert: readPem('TLS_CERT', cert), key: readPem('TLS_KEY', key) };
}

function readPem(name: string, path: string): Buffer {
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

function proxies(given: string | null): number {
  if (given === null || given === 'false') return 0;
  if (given === 'true') return 1;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 0 && count <= 10) return count;
  throw new StartError(`TRUST_PROXY is "${given}", but must be true, false, or how many proxies stand in front (0 to 10).`);
}
