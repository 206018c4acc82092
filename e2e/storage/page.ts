import { appUpdate, createPlatform, tabLease } from '../../mobile/modules/infrastructure/platform/index.web.ts';
import { CLOCK_CONTRACT } from '../../mobile/test/contracts/clock-contract.ts';
import { CONNECTIVITY_CONTRACT, runConnectivityCase } from '../../mobile/test/contracts/connectivity-contract.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from '../../mobile/test/contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from '../../mobile/test/contracts/file-store-contract.ts';
import { expectOffline, HTTP_CONTRACT } from '../../mobile/test/contracts/http-contract.ts';
import { IDS_CONTRACT } from '../../mobile/test/contracts/ids-contract.ts';
import { LIFECYCLE_CONTRACT } from '../../mobile/test/contracts/lifecycle-contract.ts';
import { runSecureStoreCase, SECURE_STORE_CONTRACT } from '../../mobile/test/contracts/secure-store-contract.ts';
import { createSecureStore } from '../../mobile/modules/infrastructure/platform/secure-store.web.ts';

/** What the tests find in the page. */
const storage = {
  appUpdate,
  createPlatform,
  createSecureStore,
  tabLease,
  expectOffline,
  CLOCK_CONTRACT,
  CONNECTIVITY_CONTRACT,
  runConnectivityCase,
  DATABASE_CONTRACT,
  runDatabaseCase,
  FILE_STORE_CONTRACT,
  runFileStoreCase,
  HTTP_CONTRACT,
  IDS_CONTRACT,
  LIFECYCLE_CONTRACT,
  SECURE_STORE_CONTRACT,
  runSecureStoreCase,
};
export type StoragePage = typeof storage;
Object.assign(globalThis, { storage });
