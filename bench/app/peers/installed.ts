import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Of a package as it is installed in `bench/`. */
export function installedVersion(packageName: string): string {
  const file = path.join(import.meta.dirname, '../../node_modules', packageName, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
