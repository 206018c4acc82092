import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../backend/modules/infrastructure/config.ts';
import { SETTINGS, unknownSettings } from '../backend/modules/infrastructure/settings.ts';
import SERVER_FLAGS from '../backend/node-flags.json' with { type: 'json' };

/** What this file reads of a Compose file. */
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
}
interface Service {
  build?: string;
  image?: string;
  environment?: Record<string, string>;
  secrets?: string[];
  depends_on?: string[] | Record<string, unknown>;
  volumes?: string[];
  networks?: string[];
  stop_grace_period?: string;
}

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const dockerfile = read('Dockerfile');
const nodes = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haversack-deployment-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As Compose hands it to a node: `${NAME:-value}` is the value, what must be set is something, a secret is a file. */
function environmentOf(service: Service): Record<string, string> {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'postgres://haversack:password@postgres:5432/haversack\n');
  return Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => {
      const filled = value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{\w+:\?[^}]*\}/g, 'something');
      return [name, filled.startsWith('/run/secrets/') ? secret : filled];
    }),
  );
}

// Neither Docker nor Compose is on every machine that tests: what can be looked at without them is.
describe('compose.yaml', () => {
  it('gives each node settings that exist and that the server takes', () => {
    expect(nodes.map(([name]) => name)).toEqual(['node-1', 'node-2']);
    for (const [, service] of nodes) {
      const environment = environmentOf(service);
      const known: string[] = SETTINGS.map(({ name }) => name);
      expect(Object.keys(environment).filter((name) => !known.includes(name.replace(/_FILE$/, '')))).toEqual([]);
      expect(unknownSettings(environment)).toEqual([]);
      const config = loadConfig(environment, '/haversack');
      expect(config.databaseUrl).toContain('postgres:5432');
      const grace = Number.parseInt(service.stop_grace_period ?? '0', 10) * 1000;
      expect(grace).toBeGreaterThan(config.drain.waitMs + config.drain.limitMs);
    }
  });

  it('names nothing that it does not declare, and no image without its version', () => {
    for (const service of Object.values(compose.services)) {
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(service.secrets ?? []));
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(service.networks ?? []));
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('.')) expect(existsSync(join(ROOT, source))).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
      if (service.image !== undefined) expect(service.image).toMatch(/:\d+\.\d+/);
    }
    for (const [name] of nodes) expect(read('docs/operations/Caddyfile')).toContain(`${name}:8080`);
  });
});

describe('the Dockerfile', () => {
  it('brings the Node that the project pins, runs as nobody special, and copies what there is', () => {
    const pinned = /PINNED_NODE = '([\d.]+)'/.exec(read('scripts/lib/bootstrap.mjs'))?.[1];
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images.filter((image) => image?.includes(':'))).toEqual([
      `node:${pinned}-bookworm-slim`,
      `node:${pinned}-bookworm-slim`,
    ]);
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    for (const line of [
      'USER node',
      'HEALTHCHECK',
      `CMD ${JSON.stringify(['node', ...SERVER_FLAGS, 'backend/dist/main.js']).replaceAll(',', ', ')}`,
    ])
      expect(last).toContain(line);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => (sources ?? '').split(' '));
    expect(copied.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const workspaces = (JSON.parse(read('package.json')) as { workspaces: string[] }).workspaces;
    expect(copied).toEqual(expect.arrayContaining(workspaces.map((workspace) => `${workspace}/package.json`)));
  });
});
