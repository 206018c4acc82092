/** Exports the app for Android and iOS as Hermes bytecode and says how large it is. `node mobile/scripts/export-phones.ts [folder]`. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { HERMES_MAX_BYTES, keepBudget } from './budgets.ts';
import { expoExport } from './expo-export.ts';

const PLATFORMS = ['android', 'ios'] as const;
const folder = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../../build/phones'));

await expoExport(PLATFORMS, folder);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
for (const platform of PLATFORMS) {
  const bytecode = files.find((file) => file.endsWith('.hbc') && file.split(path.sep).includes(platform));
  if (!bytecode) throw new Error(`the export for ${platform} holds no Hermes bytecode`);
  const { size } = statSync(path.join(folder, bytecode));
  process.stdout.write(
    `${platform}: ${Math.round(size / 1000)} of ${HERMES_MAX_BYTES / 1000} KB of Hermes bytecode (${bytecode})\n`,
  );
  keepBudget(`Hermes bytecode for ${platform}`, size, HERMES_MAX_BYTES);
}
