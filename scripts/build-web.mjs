import { prepareTools } from './lib/bootstrap.mjs';
import { runMain } from './lib/processes.mjs';
import { say } from './lib/progress.mjs';
import { buildWeb } from './lib/web-build.mjs';

// `npm run build:web`: the browser's app in build/web, built when its sources have changed.
await runMain(async () => {
  say(`The web app is in ${await buildWeb(await prepareTools())}`);
  return 0;
});
