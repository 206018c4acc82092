/** Exports the app for Android and iOS as Hermes bytecode and says how large it is. `node mobile/scripts/export-phones.ts [folder]`. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expoExport } from './expo-export.ts';

const folder = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../../build/phones'));

for (const platform of ['android', 'ios'] as const) {
  const target = path.join(folder, platform);
  await expoExport(platform, target);
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' });
  const bytecode = files.filter((file) => file.endsWith('.hbc'));
  if (bytecode.length === 0) throw new Error(`the ${platform} export holds no Hermes bytecode`);
  for (const file of bytecode) {
    const kilobytes = Math.round(statSync(path.join(target, file)).size / 1024);
    process.stdout.write(`${platform}: ${path.join(path.relative(process.cwd(), target), file)} ${kilobytes} KB\n`);
  }
}
