import { createClock } from '../modules/infrastructure/platform/clock.ts';
import { createHttp } from '../modules/infrastructure/platform/http.ts';
import { createIds } from '../modules/infrastructure/platform/ids.ts';
import { CLOCK_CONTRACT } from './contracts/clock-contract.ts';
import { CONNECTIVITY_CONTRACT, runConnectivityCase } from './contracts/connectivity-contract.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from './contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from './contracts/file-store-contract.ts';
import { expectOffline, HTTP_CONTRACT } from './contracts/http-contract.ts';
import { startHttpContractServer } from './contracts/http-contract-server.ts';
import { IDS_CONTRACT } from './contracts/ids-contract.ts';
import { LIFECYCLE_CONTRACT } from './contracts/lifecycle-contract.ts';
import { runSecureStoreCase, SECURE_STORE_CONTRACT } from './contracts/secure-store-contract.ts';
import { createHandClock } from './hand-clock.ts';
import { crypto, makeTemporaryFolder } from './node-builtins.ts';
import { createNodeDatabases } from './node-databases.ts';
import { createNodeFiles } from './node-files.ts';
import { createSeededIds } from './seeded-ids.ts';
import { createTestDevice } from './test-platform.ts';

describe('the ports on Node', () => {
  const databases = createNodeDatabases(makeTemporaryFolder());
  it.each(DATABASE_CONTRACT)('database: $name', (contractCase) => runDatabaseCase(databases, contractCase));

  const files = createNodeFiles(makeTemporaryFolder());
  it.each(FILE_STORE_CONTRACT)('files: $name', (contractCase) => runFileStoreCase(files, contractCase));

  describe('over Node’s own fetch', () => {
    let server: Awaited<ReturnType<typeof startHttpContractServer>>;
    beforeAll(async () => {
      server = await startHttpContractServer();
    });
    afterAll(() => server.close());
    const http = () => createHttp({ fetch, baseUrl: server.baseUrl });
    it.each(HTTP_CONTRACT)('http: $name', ({ run }) => run(http()));
    it('http: [OB-5] takes a server that is not there for offline', () => expectOffline(http(), server.nowhere));
  });

  const clock = createClock();
  it.each(CLOCK_CONTRACT)('clock: $name', ({ run }) => run({ clock, pass: (ms) => clock.sleep(ms) }));

  const ids = createIds((bytes) => void crypto.getRandomValues(bytes));
  it.each(IDS_CONTRACT)('ids: $name', ({ run }) => run({ ids, now: () => Date.now() }));
});

describe('the ports that a test turns by hand', () => {
  const makeDevice = (options: Partial<Parameters<typeof createTestDevice>[0]> = {}) =>
    createTestDevice({ http: createHttp({ fetch, baseUrl: '' }), ...options });

  it.each(CLOCK_CONTRACT)('clock: $name', ({ run }) => {
    const clock = createHandClock();
    return run({ clock, pass: (ms) => clock.advance(ms) });
  });

  it.each(IDS_CONTRACT)('ids: $name', ({ run }) => {
    const { now } = createHandClock();
    return run({ ids: createSeededIds(7, now), now });
  });

  it.each(CONNECTIVITY_CONTRACT)('connectivity: $name', (contractCase) => {
    const { platform, setOnline } = makeDevice();
    return runConnectivityCase({ connectivity: platform.connectivity, setOnline: async (to) => setOnline(to) }, contractCase);
  });

  it.each(LIFECYCLE_CONTRACT)('lifecycle: $name', ({ run }) => {
    const { platform, foreground } = makeDevice();
    return run({
      lifecycle: platform.lifecycle,
      toBackground: async () => undefined,
      toForeground: async () => foreground(),
    });
  });

  it.each(SECURE_STORE_CONTRACT)('secure store: $name', (contractCase) => {
    const secrets = new Map<string, string>();
    return runSecureStoreCase(() => makeDevice({ secrets }).platform.secureStore, contractCase);
  });
});
