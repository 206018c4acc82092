import { createDatabases } from '../modules/infrastructure/platform/databases.ts';
import { createFiles } from '../modules/infrastructure/platform/files.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from './contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from './contracts/file-store-contract.ts';

describe('the phone’s adapters, over Expo’s own JavaScript', () => {
  it.each(DATABASE_CONTRACT)('database: $name', (contractCase) => runDatabaseCase(createDatabases(), contractCase));
  it.each(FILE_STORE_CONTRACT)('files: $name', (contractCase) => runFileStoreCase(createFiles(), contractCase));
});
