import { File } from './expo-file-system.ts';

/** What the sheet was opened with, and what the file held then. */
export const shared: { uri: string; text: string; options: unknown }[] = [];

export async function shareAsync(uri: string, options?: unknown): Promise<void> {
  shared.push({ uri, text: new File(uri).textSync(), options });
}
