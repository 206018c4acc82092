import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const MOBILE = path.join(import.meta.dirname, '..');

/** `expo export` into `folder`, which is emptied first. Rejects with all that Expo said when it fails. */
export async function expoExport(platforms: readonly ('web' | 'android' | 'ios')[], folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const cli = createRequire(import.meta.url).resolve('expo/bin/cli');
  const child = spawn(
    process.execPath,
    [cli, 'export', ...platforms.flatMap((platform) => ['-p', platform]), '--output-dir', folder],
    {
      cwd: MOBILE,
      env: { ...process.env, EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', CI: '1', NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0)
    throw new Error(`expo export of ${platforms.join(' and ')} failed (exit code ${code}):\n${Buffer.concat(said).toString()}`);
}
