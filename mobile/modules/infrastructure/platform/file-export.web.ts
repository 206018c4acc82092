import type { FileExport } from '../models.ts';
import { checkExportName } from './names.ts';

/** The browser has read the address when the click is over, but writes later; this is ample for a file that is in memory. */
const RELEASE_AFTER_MS = 60_000;

export function createFileExport(): FileExport {
  return {
    async offer(name, text) {
      const link = document.createElement('a');
      link.download = checkExportName(name);
      link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_AFTER_MS);
    },
  };
}
