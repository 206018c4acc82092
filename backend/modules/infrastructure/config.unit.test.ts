import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { StartError } from './models.ts';

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
    ];
    for (const [env, named] of cases) {
      expect(() => loadConfig(env, '/')).toThrowError(StartError);
      expect(() => loadConfig(env, '/')).toThrowError(named);
    }
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
});
