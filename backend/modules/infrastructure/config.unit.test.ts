import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { StartError } from './models.ts';
import { SETTINGS, type Setting, unknownSettings } from './settings.ts';

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(loadConfig({}, '/somewhere')).toMatchObject({
      port: 8080,
      host: null,
      dataDir: '/somewhere/.data',
      databaseUrl: null,
      tls: null,
      webDir: null,
    });
  });

  it('are refused in a sentence that names the setting', () => {
    const cases: [NodeJS.ProcessEnv, string][] = [
      [{ PORT: 'http' }, 'PORT'],
      [{ PORT: '70000' }, 'PORT'],
      [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
      [{ TLS_CERT: '/nowhere.pem' }, 'TLS_KEY'],
      [{ TLS_CERT: '/nowhere.pem', TLS_KEY: '/nowhere.key' }, '/nowhere.pem'],
      [{ PUBLISHER_EMAIL: 'a@b.c' }, 'PUBLISHER_PASSWORD'],
      [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
      [{ TRUST_PROXY: 'perhaps' }, 'TRUST_PROXY'],
      [{ TRUST_PROXY: '-1' }, 'TRUST_PROXY'],
      [{ METRICS_PORT: 'yes' }, 'METRICS_PORT'],
      [{ DRAIN_WAIT_SECONDS: '-1' }, 'DRAIN_WAIT_SECONDS'],
      [{ DRAIN_LIMIT_SECONDS: '0' }, 'DRAIN_LIMIT_SECONDS'],
      [{ DATABASE_URL_FILE: '/nowhere' }, 'DATABASE_URL_FILE'],
      [{ PUBLISHER_PASSWORD_FILE: '/x', PUBLISHER_PASSWORD: 'y' }, 'both set'],
    ];
    for (const [env, named] of cases) {
      expect(() => loadConfig(env, '/')).toThrowError(StartError);
      expect(() => loadConfig(env, '/')).toThrowError(named);
    }
  });

  it('say how many proxies stand in front', () => {
    const hops = (given: string) => loadConfig({ TRUST_PROXY: given }, '/').trustProxy;
    expect(['', 'false', '0', 'true', '1', '2'].map(hops)).toEqual([0, 0, 0, 1, 1, 2]);
  });

  it('[ST-4] of S3 are heeded whole or refused, and a key is never in the words', () => {
    const whole = { S3_BUCKET: 'units', S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'hush' };
    expect(loadConfig({ S3_BUCKET: '' }, '/').s3).toBeNull();
    expect(loadConfig(whole, '/').s3).toMatchObject({
      bucket: 'units',
      region: 'us-east-1',
      endpoint: null,
      forcePathStyle: false,
    });
    const near = loadConfig({ ...whole, S3_ENDPOINT: 'http://127.0.0.1:9000/' }, '/').s3;
    expect(near).toMatchObject({ endpoint: 'http://127.0.0.1:9000', publicEndpoint: null, forcePathStyle: true });
    const cases: [NodeJS.ProcessEnv, string][] = [
      [{ S3_SECRET_ACCESS_KEY: 'hush' }, 'S3_BUCKET'],
      [{ S3_BUCKET: 'units', S3_SECRET_ACCESS_KEY: 'hush' }, 'S3_ACCESS_KEY_ID'],
      [{ ...whole, S3_BUKET: 'units' }, 'S3_BUKET'],
      [{ ...whole, S3_ENDPOINT: 'localhost:9000' }, 'S3_ENDPOINT'],
      [{ ...whole, S3_PUBLIC_ENDPOINT: 'https://hush@files.example.org/path' }, 'S3_PUBLIC_ENDPOINT'],
      [{ ...whole, S3_FORCE_PATH_STYLE: 'maybe' }, 'S3_FORCE_PATH_STYLE'],
    ];
    for (const [env, named] of cases) {
      expect(() => loadConfig(env, '/')).toThrowError(StartError);
      expect(() => loadConfig(env, '/')).toThrowError(named);
      expect(() => loadConfig(env, '/')).not.toThrowError(/hush/);
    }
  });

  it('[ST-4] that open something can stand in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'haversack-settings-'));
    try {
      writeFileSync(join(folder, 'url'), 'postgres://a:b@c/d\n');
      expect(loadConfig({ DATABASE_URL_FILE: join(folder, 'url') }, '/').databaseUrl).toBe('postgres://a:b@c/d');
      // What is no secret is not read from files.
      expect(loadConfig({ PORT_FILE: join(folder, 'url') }, '/').port).toBe(8080);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('[ST-4] that are misspelt are told, and what other programs use is nobody’s business', () => {
    expect(unknownSettings({ PATH: '/bin', PORT: '1', PGHOST: 'x', NODE_ENV: 'production', DATABASE_URL_FILE: '/x' })).toEqual(
      [],
    );
    expect(unknownSettings({ DATABSE_URL: 'postgres://secret' })).toEqual([
      'DATABSE_URL is no setting and is not heeded: did you mean DATABASE_URL?',
    ]);
    expect(unknownSettings({ HAVERSACK_PORT: '1' })).toHaveLength(1);
  });

  it('[ST-4] stand in the table of the documentation as they are in the code', () => {
    const cell = ({ name, isSecret }: Setting): string => (isSecret === true ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``);
    const expected = SETTINGS.map((setting: Setting) => [cell(setting), setting.takes, setting.unset, setting.meaning]);
    const lines = readFileSync(join(import.meta.dirname, '../../../docs/operations/settings.md'), 'utf8').split('\n');
    const rows = lines
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((text) => text.trim()),
      );
    expect(rows).toEqual(expected);
  });
});
