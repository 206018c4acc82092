import { createDatabases } from '../modules/infrastructure/platform/databases.ts';
import { createFileExport } from '../modules/infrastructure/platform/file-export.ts';
import { createFiles } from '../modules/infrastructure/platform/files.ts';
import { DATABASE_CONTRACT, runDatabaseCase } from './contracts/database-contract.ts';
import { FILE_STORE_CONTRACT, runFileStoreCase } from './contracts/file-store-contract.ts';
import { Directory, File, Paths } from './expo-stand-ins/expo-file-system.ts';
import { shared } from './expo-stand-ins/expo-sharing.ts';

describe('the phone’s adapters, on the stand-ins of Expo’s modules', () => {
  it.each(DATABASE_CONTRACT)('database: $name', (contractCase) => runDatabaseCase(createDatabases(), contractCase));
  it.each(FILE_STORE_CONTRACT)('files: $name', (contractCase) => runFileStoreCase(createFiles(), contractCase));

  it('[OB-6] export: the sheet is given a JSON file, which is gone at the next export and the next start', async () => {
    const fileExport = createFileExport();
    await fileExport.offer('one.json', '{"a":1}');
    await fileExport.offer('two.json', '{}');
    expect(shared).toMatchObject([
      {
        uri: expect.stringMatching(/^file:.*\/one\.json$/) as string,
        text: '{"a":1}',
        options: { mimeType: 'application/json' },
      },
      { uri: expect.stringMatching(/\/two\.json$/) as string, text: '{}' },
    ]);
    expect(shared.map(({ uri }) => new File(uri).exists)).toEqual([false, true]);
    createFileExport();
    expect(new Directory(Paths.cache, 'exports').exists).toBe(false);
    await expect(fileExport.offer('../three.json', '')).rejects.toThrow('not the name of an exported file');
    expect(shared).toHaveLength(2);
  });
});
