import { appUpdate, createPlatform, tabLease } from '../../mobile/modules/infrastructure/platform/index.web.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from '../../mobile/test/contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from '../../mobile/test/contracts/file-store-contract.ts';

/** What the tests find in the page. */
const storage = {
  appUpdate,
  createPlatform,
  tabLease,
  DATABASE_CONTRACT,
  runDatabaseCase,
  FILE_STORE_CONTRACT,
  runFileStoreCase,
};
export type StoragePage = typeof storage;
Object.assign(globalThis, { storage });
