import pg from 'pg';

/** Loaded before the server: counts what it asks PostgreSQL, and says so with its memory when it is asked. */
export interface Gauges {
  queries: number;
  rssBytes: number;
  peakRssBytes: number;
  /** User and system time of this process since it began. */
  cpuUs: number;
}

let queries = 0;
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- every overload of it goes through here unchanged
const query = pg.Client.prototype.query as Function;
pg.Client.prototype.query = function count(this: pg.Client, ...given: unknown[]): unknown {
  queries += 1;
  return query.apply(this, given);
} as typeof pg.Client.prototype.query;

process.on('message', (message) => {
  if (message !== 'gauges') return;
  const { user, system } = process.cpuUsage();
  const gauges: Gauges = {
    queries,
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    cpuUs: user + system,
  };
  process.send?.(gauges);
});
