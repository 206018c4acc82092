import type { Platform } from '../modules/infrastructure/models.ts';
import { createFileExport } from '../modules/infrastructure/platform/file-export.ts';
import { createConnectivity } from '../modules/infrastructure/platform/connectivity.ts';
import { createPlatform } from '../modules/infrastructure/platform/index.ts';
import { createSecureStore } from '../modules/infrastructure/platform/secure-store.ts';
import { CONNECTIVITY_CONTRACT, runConnectivityCase } from './contracts/connectivity-contract.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from './contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from './contracts/file-store-contract.ts';
import { expectOffline, HTTP_CONTRACT, reasonOf } from './contracts/http-contract.ts';
import { startHttpContractServer } from './contracts/http-contract-server.ts';
import { IDS_CONTRACT } from './contracts/ids-contract.ts';
import { LIFECYCLE_CONTRACT } from './contracts/lifecycle-contract.ts';
import { runSecureStoreCase, SECURE_STORE_CONTRACT } from './contracts/secure-store-contract.ts';
import { phone } from './expo-native/install.ts';
import { fs, path, url } from './node-builtins.ts';

const OFFLINE = { type: 'NONE', isConnected: false, isInternetReachable: false } as const;
const ON_WIFI = { type: 'WIFI', isConnected: true, isInternetReachable: true } as const;

let platform: Platform;
beforeAll(async () => {
  platform = await createPlatform();
});

describe('the phone’s adapters, over Expo’s own JavaScript', () => {
  it.each(DATABASE_CONTRACT)('database: $name', (contractCase) => runDatabaseCase(platform.databases, contractCase));
  it.each(FILE_STORE_CONTRACT)('files: $name', (contractCase) => runFileStoreCase(platform.files, contractCase));
  it.each(SECURE_STORE_CONTRACT)('secure store: $name', (contractCase) => runSecureStoreCase(createSecureStore, contractCase));
  it.each(IDS_CONTRACT)('ids: $name', ({ run }) => run({ ids: platform.ids, now: () => Date.now() }));

  it.each(LIFECYCLE_CONTRACT)('lifecycle: $name', ({ run }) =>
    run({
      lifecycle: platform.lifecycle,
      async toBackground() {
        phone.appState.change('inactive');
        phone.appState.change('background');
      },
      toForeground: async () => phone.appState.change('active'),
    }),
  );
});

it('[OB-6] export: the sheet is given a JSON file, which is gone at the next export and the next start', async () => {
  const { shared } = phone.sharing;
  const fileExport = createFileExport();
  await fileExport.offer('one.json', '{"a":1}');
  await fileExport.offer('two.json', '{}');
  expect(shared).toMatchObject([
    { uri: expect.stringMatching(/^file:.*\/one\.json$/) as string, text: '{"a":1}', options: { mimeType: 'application/json' } },
    { uri: expect.stringMatching(/\/two\.json$/) as string, text: '{}' },
  ]);
  expect(shared.map(({ uri }) => fs.existsSync(url.fileURLToPath(uri)))).toEqual([false, true]);
  createFileExport();
  expect(fs.existsSync(path.join(phone.cache, 'exports'))).toBe(false);
  await expect(fileExport.offer('../three.json', '')).rejects.toThrow('not the name of an exported file');
  expect(shared).toHaveLength(2);
});

describe('the phone’s connectivity', () => {
  const setOnline = async (isOnline: boolean): Promise<void> => phone.network.change(isOnline ? ON_WIFI : OFFLINE);
  it.each(CONNECTIVITY_CONTRACT)('$name', (contractCase) =>
    runConnectivityCase({ connectivity: createConnectivity(), setOnline }, contractCase),
  );

  it('[IN-3] tells Wi-Fi from mobile data, and no network from one of a kind it does not know', async () => {
    const connectivity = createConnectivity();
    const heard: unknown[] = [];
    connectivity.subscribe((state) => heard.push(state));
    phone.network.change(OFFLINE);
    phone.network.change({ type: 'CELLULAR', isConnected: true, isInternetReachable: false });
    phone.network.change({ type: 'CELLULAR', isConnected: true, isInternetReachable: true });
    phone.network.change({ type: 'VPN', isConnected: true, isInternetReachable: true });
    phone.network.change({ type: 'ETHERNET', isConnected: true, isInternetReachable: true });
    phone.network.change({ type: 'UNKNOWN', isConnected: false, isInternetReachable: false });
    expect(heard).toEqual([
      { isOnline: false, kind: 'none' },
      { isOnline: true, kind: 'cellular' },
      { isOnline: true, kind: 'other' },
      { isOnline: true, kind: 'wifi' },
      { isOnline: false, kind: 'none' },
    ]);
    phone.network.change(ON_WIFI);
  });

  it('[IN-3] believes what the phone says by itself, not a late answer to what was asked at the start', async () => {
    const release = phone.network.hold();
    const connectivity = createConnectivity();
    phone.network.change(OFFLINE);
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(connectivity.current().isOnline).toBe(false);
    phone.network.change(ON_WIFI);
  });
});

describe.each(['android', 'ios'] as const)('HTTP through expo/fetch, as %s tells it', (system) => {
  let server: Awaited<ReturnType<typeof startHttpContractServer>>;
  let http: Platform['http'];
  beforeAll(async () => {
    server = await startHttpContractServer();
    process.env['EXPO_PUBLIC_SERVER_URL'] = server.baseUrl;
    ({ http } = await createPlatform());
    phone.networking.system = system;
  });
  afterEach(() => {
    phone.networking.isJavaScriptBusy = false;
  });
  afterAll(() => server.close());

  it.each(HTTP_CONTRACT)('$name', ({ run }) => run(http));
  it('[OB-5] takes a server that is not there for offline', () => expectOffline(http, server.nowhere));

  it('[OB-5] never takes a reply for whole that broke off before JavaScript came to read it', async () => {
    phone.networking.isJavaScriptBusy = true;
    const sent = http.send({ method: 'GET', url: '/http-contract/cut/1', timeoutMs: 1_000 });
    // iOS tells nothing then; the time-out ends the waiting.
    expect(await reasonOf(sent)).toBe(system === 'android' ? 'cut' : 'timeout');
  });
});
