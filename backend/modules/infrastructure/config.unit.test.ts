import { describe, expect, it } from 'vitest';
import { loadConfig, unheededSettings } from './config.ts';
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
      [{ TRUST_PROXY: '-1' }, 'TRUST_PROXY'],
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

  it('[ST-4] say of what is not built that it is not heeded, without its value', () => {
    expect(unheededSettings({ S3_BUCKET: '', PATH: '/bin' })).toBeNull();
    const told = unheededSettings({ S3_BUCKET: 'units', S3_SECRET_ACCESS_KEY: 'hush' });
    expect(told).toMatch(/^S3_BUCKET, S3_SECRET_ACCESS_KEY: .*DATA_DIR/u);
    expect(told).not.toContain('hush');
  });
});
