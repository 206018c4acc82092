import { DATABASE_CONTRACT, runDatabaseCase } from './contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from './contracts/file-store-contract.ts';
import { makeTemporaryFolder } from './node-builtins.ts';
import { createNodeDatabases } from './node-databases.ts';
import { createNodeFiles } from './node-files.ts';

describe('the ports on Node', () => {
  const databases = createNodeDatabases(makeTemporaryFolder());
  it.each(DATABASE_CONTRACT)('database: $name', (contractCase) => runDatabaseCase(databases, contractCase));

  const files = createNodeFiles(makeTemporaryFolder());
  it.each(FILE_STORE_CONTRACT)('files: $name', (contractCase) => runFileStoreCase(files, contractCase));
});
