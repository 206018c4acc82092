import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { runMain, start, Trouble, untilStopped } from './lib/processes.mjs';
import { programPath } from './lib/steps.mjs';

// `node scripts/run.mjs <program> [args…]`: a program of node_modules/.bin, or a .ts file, under the project's Node whatever Node is there.
await runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!name) throw new Trouble('Say what to run: node scripts/run.mjs <program or file.ts> [arguments]');
  const { node, env } = await prepareTools();
  const child = start(node, [programPath(name), ...args], { cwd: ROOT, env, stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return await Promise.race([ended, untilStopped()]);
});
