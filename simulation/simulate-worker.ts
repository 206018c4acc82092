import { check } from './check.ts';
import { createRealServers } from './world/real-server.ts';

// One of the processes of `npm run simulate`: asked for some schedules, it answers with what came of them.
const isReal = process.argv[2] === 'real';
const servers = isReal ? await createRealServers() : null;

process.on('message', ({ seed, count }: { seed: number; count: number }) => {
  const options = servers ? { newServer: () => servers.create() } : {};
  check({ seed, count, ...options }).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ fault: String((error as Error).stack ?? error) }),
  );
});
process.once('disconnect', () => {
  void Promise.resolve(servers?.close()).finally(() => process.exit(0));
});
process.send?.({ ready: true });
