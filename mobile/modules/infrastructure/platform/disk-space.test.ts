import { File, Paths } from 'expo-file-system';
import { StorageFullError } from '../models.ts';
import { createDatabases } from './databases.ts';
import { createFiles } from './files.ts';

describe('a full phone', () => {
  afterEach(() => jest.restoreAllMocks());

  it('[DL-7] says that the disk is full when a write fails on one, and names any other fault as it is', async () => {
    const database = await createDatabases().open('full');
    const write = () => database.run('INSERT INTO nowhere VALUES (1)');
    const append = () => createFiles().append('full', `${'a'.repeat(64)}.mp3`, 0, new Uint8Array(1));
    jest.spyOn(File.prototype, 'open').mockImplementation(() => {
      throw new Error('input/output error');
    });
    await expect(write()).rejects.toThrow('nowhere');
    await expect(append()).rejects.toThrow('input/output error');

    jest.spyOn(Paths, 'availableDiskSpace', 'get').mockReturnValue(1_000);
    await expect(write()).rejects.toBeInstanceOf(StorageFullError);
    await expect(append()).rejects.toBeInstanceOf(StorageFullError);
    await database.close();
  });
});
