import { join } from 'node:path';
import { prepareTools, ROOT } from './lib/bootstrap.mjs';
import { runMain, start, untilStopped } from './lib/processes.mjs';
import { installSidePackages } from './lib/side-packages.mjs';

// `npm run bench`: Haversack's client beside the limit of the machine and beside its peers; docs/benchmarks/README.md is written.
const FOLDER = join(ROOT, 'bench');

await runMain(async () => {
  const { node, env } = await prepareTools();
  await installSidePackages(FOLDER, 'the benchmarks', env);
  const child = start(node, [join(FOLDER, 'app/run.ts'), ...process.argv.slice(2)], { cwd: ROOT, env, stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return await Promise.race([ended, untilStopped()]);
});
