import { StorageFullError } from '../modules/infrastructure/models.ts';
import { createDatabases } from '../modules/infrastructure/platform/databases.ts';
import { createFiles } from '../modules/infrastructure/platform/files.ts';
import { phone } from './expo-native/install.ts';

describe('a full phone', () => {
  it('[DL-7] says that the disk is full when a write fails on one, and names any other fault as it is', async () => {
    const files = createFiles();
    const database = await createDatabases().open('full');
    const write = () => database.run('INSERT INTO nowhere VALUES (1)');
    const append = () => files.append('full', `${'a'.repeat(64)}.mp3`, 0, new Uint8Array(1));
    phone.disk.writeFault = 'input/output error';
    await expect(write()).rejects.toThrow('nowhere');
    await expect(append()).rejects.toThrow('input/output error');

    phone.disk.availableBytes = 1_000;
    expect(await files.freeBytes()).toBe(1_000);
    await expect(write()).rejects.toBeInstanceOf(StorageFullError);
    await expect(append()).rejects.toBeInstanceOf(StorageFullError);

    phone.disk.availableBytes = null;
    phone.disk.writeFault = null;
    await append();
    await database.close();
  });
});
