import { Directory, File, Paths } from 'expo-file-system';
import { shareAsync } from 'expo-sharing';
import type { FileExport } from '../models.ts';
import { checkExportName } from './names.ts';

/**
 * By `expo-sharing`, since React Native's own sheet takes no file on Android. Whoever was chosen may still read the file when the sheet
 * is gone, so it goes at the next export or start of the app; it lies where no backup looks.
 */
export function createFileExport(): FileExport {
  const folder = new Directory(Paths.cache, 'exports');
  const empty = (): void => {
    if (folder.exists) folder.delete();
  };
  empty();
  return {
    async offer(name, text) {
      const file = new File(folder, checkExportName(name));
      empty();
      file.create({ intermediates: true });
      file.write(text);
      await shareAsync(file.uri, { mimeType: 'application/json', UTI: 'public.json' });
    },
  };
}
