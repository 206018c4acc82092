import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { startEmbeddedPostgres } from '../../backend/modules/infrastructure/embedded-postgres.ts';
import { measureEvents } from './events.ts';
import { fillEvents, fillUnits, withClient } from './fill.ts';
import { type InFlightFigures, measureInFlight } from './in-flight.ts';
import type { LoadResult } from './load.ts';
import { type Bare, type Loader, type Server, startBare, startLoader, startServer } from './processes.ts';
import { median, type Row, type Table, toMarkdown } from './report.ts';
import { CONNECTIONS, type Scenario, scenarioOf, SCENARIOS, type Stage } from './scenarios.ts';
import { createAuthor, signUpLearners } from './seed.ts';
import { measureSignIns } from './sign-ins.ts';

// `npm run bench:server`: what the server costs beside bare routes that answer the same bytes. docs/benchmarks/server.md is its result.
const { values: options } = parseArgs({
  options: {
    /** Few units, short rounds, nothing written: to see that it runs. */
    quick: { type: 'boolean', default: false },
    /** Names of scenarios, with commas between; `in-flight`, `events` and `sign-ins` are among them. */
    only: { type: 'string' },
    events: { type: 'string', default: '10000000' },
    units: { type: 'string', default: '20000,1000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    /** A folder for profiles of the servers' processors, which are slower meanwhile. */
    profile: { type: 'string' },
  },
});
const ROUNDS = options.quick ? 2 : Number(options.rounds);
const ROUND_MS = options.quick ? 300 : Number(options.seconds) * 1000;
/** Long enough for the machine code to be made, also where the processors are shared. */
const WARM_UP_MS = 3 * ROUND_MS + 1;
const UNITS = options.quick ? [1_000, 5_000] : options.units.split(',').map(Number);
const EVENTS = options.quick ? 10_000 : Number(options.events);
const BATCHES_A_ROUND = options.quick ? 3 : 20;
/** An answer that all share, and one that is each learner's own. */
const IN_FLIGHT = ['first-page', 'own-events'];
const only = options.only?.split(',') ?? null;
const isWanted = (name: string): boolean => only === null || only.includes(name);
const RESULT = join(import.meta.dirname, '../../docs/benchmarks/server.md');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cleanups: (() => Promise<unknown>)[] = [];

interface Node extends Stage {
  /** Of the server before anybody asked it anything. */
  idleRssBytes: number;
  server: Server;
  databaseUrl: string;
  dataDir: string;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-bench-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  cleanups.push(() => postgres.stop());
  const nodes: Node[] = [];
  for (const units of UNITS) nodes.push(await prepareNode(postgres.url, units, join(folder, `objects-${units}`)));
  const large = nodes.at(-1);
  if (large === undefined) throw new Error('say how many units');
  if (isWanted('events')) await fillEvents(large.databaseUrl, EVENTS, say);
  const bare = await startBare();
  const loader = await startLoader();
  cleanups.push(bare.stop, loader.stop);

  const tables: Table[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => isWanted(name))) {
    const table = await measure(scenario, scenario.onLargeOnly === true ? [large] : nodes, bare, loader);
    tables.push(table);
    console.table(table.rows);
  }
  const inFlight: InFlightFigures[] = [];
  if (isWanted('in-flight')) for (const name of IN_FLIGHT) inFlight.push(await measureInFlightAfresh(large, scenarioOf(name)));
  console.table(inFlight);
  const events = isWanted('events')
    ? await measureEvents(large, large.databaseUrl, loader, { rounds: 2 * ROUNDS, batchesARound: BATCHES_A_ROUND })
    : null;
  if (events !== null) console.table([events]);
  const signIns = isWanted('sign-ins') ? await withSecondLoader((second) => measureSignIns(large, loader, second)) : null;
  if (signIns !== null) console.table(signIns);
  const peaks = await Promise.all(nodes.map(({ server }) => server.gauges()));
  const facts = {
    command: ['npm run bench:server', ...process.argv.slice(2)].join(' '),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    postgres: await withClient(postgres.url, async (client) => {
      const { rows } = await client.query<{ version: string }>(`select split_part(version(), ' on ', 1) as version`);
      return rows[0]?.version ?? 'PostgreSQL';
    }),
    units: UNITS,
    events: events === null ? 0 : EVENTS,
    connections: CONNECTIONS,
    idleRssMb: Math.max(...nodes.map(({ idleRssBytes }) => idleRssBytes)) / 1e6,
    peakRssMb: Math.max(...peaks.map(({ peakRssBytes }) => peakRssBytes)) / 1e6,
  };
  const text = await format(toMarkdown(facts, { tables, inFlight, events, signIns }), { parser: 'markdown' });
  if (options.quick || only !== null) return say(text);
  await mkdir(join(RESULT, '..'), { recursive: true });
  await writeFile(RESULT, text);
  say(`Written to ${RESULT}`);
}

/** On a node that has done nothing else, in whose memory there is no room from before. */
async function measureInFlightAfresh(node: Node, scenario: Scenario): Promise<InFlightFigures> {
  await scenario.prepare(node);
  const server = await startServer(node.databaseUrl, node.dataDir);
  try {
    return await measureInFlight({ ...node, port: server.port }, server, scenario);
  } finally {
    await server.stop();
  }
}

async function withSecondLoader<T>(work: (loader: Loader) => Promise<T>): Promise<T> {
  const loader = await startLoader();
  try {
    return await work(loader);
  } finally {
    await loader.stop();
  }
}

/** A database of its own with so many units, and a node on it. */
async function prepareNode(serverUrl: string, units: number, dataDir: string): Promise<Node> {
  say(`${units.toLocaleString('en')} units`);
  const name = `bench_${units}`;
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const server = await startServer(databaseUrl, dataDir, options.profile);
  cleanups.push(server.stop);
  const idleRssBytes = (await server.gauges()).rssBytes;
  const author = await createAuthor(server.port);
  const template = await author.publish();
  await fillUnits(databaseUrl, template.id, units);
  const learners = await signUpLearners(server.port, CONNECTIONS);
  const beforeTen = await readHead(databaseUrl);
  for (let count = 0; count < 10; count += 1) await author.publish();
  const feed = await readFeed(databaseUrl);
  return {
    name: `Haversack, ${units.toLocaleString('en')} units`,
    port: server.port,
    learners,
    beforeTen,
    ...feed,
    publication: template,
    server,
    databaseUrl,
    dataDir,
    idleRssBytes,
  };
}

async function readFeed(databaseUrl: string): Promise<{ feedId: string; head: string }> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ feedId: string; head: string }>(
      `select feed_id as "feedId", to_char(head at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as head from feed`,
    );
    if (rows[0] === undefined) throw new Error('the feed has lost its row');
    return rows[0];
  });
}

const readHead = async (databaseUrl: string): Promise<string> => (await readFeed(databaseUrl)).head;

interface Variant {
  name: string;
  port: number;
  requests: string[][];
  gauges(): Promise<{ cpuUs: number; queries?: number; peakRssBytes?: number }>;
  isOurs: boolean;
  results: (LoadResult & { cpuUs: number })[];
  queries: number;
}

/** All variants in turn, round by round; the first round warms up. */
async function measure(scenario: Scenario, nodes: readonly Node[], bare: Bare, loader: Loader): Promise<Table> {
  say(scenario.title);
  const prepared = await Promise.all(nodes.map((node) => scenario.prepare(node)));
  const [first] = prepared;
  if (first === undefined) throw new Error('there is nothing to measure');
  const { status, headers, body } = first.sample;
  if (status >= 400) throw new Error(`${scenario.name} is answered ${status}: ${body.toString().slice(0, 300)}`);
  await bare.setAnswer({ status, headers, bodyBase64: body.toString('base64') });
  const make = (name: string, port: number, requests: string[][], gauges: Variant['gauges']): Variant => ({
    name,
    port,
    requests,
    gauges,
    isOurs: gauges !== bare.gauges,
    results: [],
    queries: 0,
  });
  const plain = make('bare node:http', bare.ports.plain, first.requests, bare.gauges);
  const framework = make('bare Fastify', bare.ports.framework, first.requests, bare.gauges);
  const ours = nodes.map((node, at) => make(node.name, node.port, prepared[at]?.requests ?? [], node.server.gauges));
  const { rounds: timesRounds, roundMs: timesRoundMs } = scenario.finer ?? { rounds: 1, roundMs: 1 };
  const rounds = ROUNDS * timesRounds;
  const roundMs = ROUND_MS * timesRoundMs;
  for (let round = 0; round <= rounds; round += 1) {
    for (const variant of [plain, ...ours, framework])
      await runRound(variant, loader, String(status), round > 0 ? roundMs : WARM_UP_MS);
  }
  return {
    name: scenario.name,
    title: scenario.title,
    rounds,
    roundMs,
    bodyBytes: body.length,
    rows: await Promise.all([plain, framework, ...ours].map((variant) => toRow(variant, plain, framework, ours[0]))),
  };
}

async function runRound(variant: Variant, loader: Loader, status: string, durationMs: number): Promise<void> {
  const before = await variant.gauges();
  const result = await loader.load({ port: variant.port, requests: variant.requests, durationMs });
  if (result.statuses[status] !== result.requests) throw new Error(`${variant.name} answered ${JSON.stringify(result.statuses)}`);
  if (durationMs === WARM_UP_MS) return;
  const after = await variant.gauges();
  variant.results.push({ ...result, cpuUs: (after.cpuUs - before.cpuUs) / result.requests });
  variant.queries += (after.queries ?? 0) - (before.queries ?? 0);
}

const rate = ({ requests, seconds }: LoadResult): number => requests / seconds;

async function toRow(variant: Variant, plain: Variant, framework: Variant, fewest: Variant | undefined): Promise<Row> {
  const { name, results, isOurs, queries } = variant;
  const ratios = (other: Variant, of: (result: Variant['results'][number]) => number): number[] =>
    results.map((result, at) => of(result) / of(other.results[at] ?? result));
  const ofPlain = ratios(plain, rate);
  return {
    variant: name,
    perSecond: median(results.map(rate)),
    p50Ms: median(results.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
    cpuUs: median(results.map(({ cpuUs }) => cpuUs)),
    loadBusy: median(results.map(({ busy }) => busy)),
    ofPlain: variant === plain ? null : median(ofPlain),
    range: variant === plain ? null : [Math.min(...ofPlain), Math.max(...ofPlain)],
    ofPlainByCpu: variant === plain ? null : median(ratios(plain, ({ cpuUs }) => 1 / cpuUs)),
    ofFramework: isOurs ? median(ratios(framework, rate)) : null,
    ofFewest: isOurs && fewest !== undefined ? median(ratios(fewest, rate)) : null,
    queriesARequest: isOurs ? queries / results.reduce((sum, { requests }) => sum + requests, 0) : null,
    peakRssMb: isOurs ? ((await variant.gauges()).peakRssBytes ?? 0) / 1e6 : null,
  };
}

/** Undone in reverse order, whatever the end is. */
async function end(code: number): Promise<never> {
  for (let undo = cleanups.pop(); undo !== undefined; undo = cleanups.pop()) await undo().catch(() => undefined);
  process.exit(code);
}
process.on('SIGINT', () => void end(130));
process.on('SIGTERM', () => void end(143));
await main().then(
  () => end(0),
  (error: unknown) => {
    console.error(error);
    return end(1);
  },
);
