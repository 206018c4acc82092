import { Paths } from 'expo-file-system';

const NEARLY_NOTHING_BYTES = 1024 * 1024;

/** Neither SQLite's nor the file system's errors keep their number on the way through Expo, so the disk itself is asked. */
export function isDiskFull(wantedBytes = 0): boolean {
  return Paths.availableDiskSpace < wantedBytes + NEARLY_NOTHING_BYTES;
}
