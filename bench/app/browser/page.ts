import type { Measurement, Store } from '../contestant.ts';
import { makeEvent } from '../events.ts';

/** One page of the bench: a contestant in the browser. What it needs before its store can be opened (worker, wasm) is `start`. */
export interface BrowserContestant {
  start(): Promise<void>;
  open(serverUrl: string): Promise<Pick<Store, 'sync' | 'listFirst' | 'listAll' | 'readUnit' | 'enqueue' | 'counts' | 'close'>>;
  /** Units are here as a line alone: lessons and assets are not counted. */
  mirrorsHeadsAlone?: boolean;
}
export type PageFigure = Pick<Measurement, 'metric' | 'unit' | 'value' | 'p99'>;
export interface PageTask {
  serverUrl: string;
  units: number;
  /** Read by their ids, after the list was read. */
  unitIds: string[];
  events: number;
}

const LISTED = 50;
/** Of those read one by one, the first ones are for the machine code. */
const WARM_UP = 5;

/** What the browser's driver finds in the page. Everything is timed where the app would wait for it: on the page's own thread. */
export function expose(contestant: BrowserContestant): void {
  Object.assign(globalThis, {
    bench: {
      firstSync: (task: PageTask) => measureFirstSync(contestant, task),
      reopen: (task: PageTask) => measureReopen(contestant, task),
      write: (task: PageTask) => measureWriting(contestant, task),
    },
  });
}

async function measureFirstSync(contestant: BrowserContestant, { serverUrl, units }: PageTask): Promise<PageFigure[]> {
  await contestant.start();
  const store = await contestant.open(serverUrl);
  const ms = await timed(() => store.sync());
  const counts = await store.counts();
  const isWhole = contestant.mirrorsHeadsAlone === true || (counts.lessons === units * 5 && counts.assets === units * 3);
  if (counts.units !== units || !isWhole) throw new Error(`not all is here: ${JSON.stringify(counts)} of ${units} units`);
  await store.close();
  return [{ metric: 'first-sync', unit: 'ms', value: ms }];
}

async function measureReopen(contestant: BrowserContestant, { serverUrl, units, unitIds }: PageTask): Promise<PageFigure[]> {
  const startMs = await timed(() => contestant.start());
  const beganAt = performance.now();
  const store = await contestant.open(serverUrl);
  const first = await store.listFirst(LISTED);
  const openMs = performance.now() - beganAt;
  if (first.length !== Math.min(LISTED, units)) throw new Error(`${first.length} units are listed`);
  const listMs = await timed(async () => {
    const { length } = await store.listAll();
    if (length !== units) throw new Error(`${length} of ${units} units are listed`);
  });
  const unitMs: number[] = [];
  for (const id of contestant.mirrorsHeadsAlone === true ? [] : unitIds) {
    unitMs.push(
      await timed(async () => {
        const { lessons, assets } = await store.readUnit(id);
        if (lessons.length !== 5 || assets.length !== 3) throw new Error(`unit ${id} is not whole`);
      }),
    );
  }
  await store.close();
  return [
    { metric: 'start', unit: 'ms', value: startMs },
    { metric: 'open-list-50', unit: 'ms', value: openMs },
    { metric: 'list-all', unit: 'ms', value: listMs },
    ...(unitMs.length === 0 ? [] : [{ metric: 'unit', unit: 'ms' as const, value: quantile(unitMs.slice(WARM_UP), 0.5) }]),
  ];
}

async function measureWriting(contestant: BrowserContestant, { serverUrl, events }: PageTask): Promise<PageFigure[]> {
  await contestant.start();
  const store = await contestant.open(serverUrl);
  const eachMs: number[] = [];
  for (let seq = 1; seq <= events; seq += 1) {
    const event = makeEvent(seq);
    eachMs.push(await timed(() => store.enqueue(event)));
  }
  const { waitingEvents } = await store.counts();
  if (waitingEvents !== events) throw new Error(`${waitingEvents} events wait, not ${events}`);
  await store.close();
  return [{ metric: 'enqueue', unit: 'ms', value: quantile(eachMs, 0.5), p99: quantile(eachMs, 0.99) }];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
}

const quantile = (values: readonly number[], at: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? Number.NaN;
