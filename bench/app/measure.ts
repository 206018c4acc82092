import type { Contestant, Measurement, Store } from './contestant.ts';
import { makeUnit } from './data.ts';
import { makeEvent } from './events.ts';

// One measurement in a process of its own: `node measure.ts <Task as JSON>`. Hands its figures to the process that made it.

export interface Task {
  kind: 'first-sync' | 'read' | 'delta' | 'write' | 'drain';
  /** The contestant's client side. */
  file: string;
  folder: string;
  /** `http://127.0.0.1:<port>` of its server. */
  origin: string;
  units: number;
  /** Of `write`: events that are enqueued before the clock runs. Of `drain`: all that are sent. */
  events?: number;
  batch?: number;
  quick: boolean;
}
export type Figure = Pick<Measurement, 'metric' | 'unit' | 'value' | 'p99' | 'peakRssMb'>;

const LISTED = 50;
const EVENTS_MEASURED = 1_000;

async function runTask(task: Task, contestant: Contestant): Promise<Figure[]> {
  switch (task.kind) {
    case 'first-sync':
      return measureFirstSync(task, contestant);
    case 'read':
      return measureReading(task, contestant);
    case 'delta':
      return measureDelta(task, contestant);
    case 'write':
      return measureWriting(task, contestant);
    case 'drain':
      return measureDrain(task, contestant);
  }
}

async function measureFirstSync(task: Task, contestant: Contestant): Promise<Figure[]> {
  const store = await open(task, contestant);
  let firstTitlesMs: number | null = null;
  const beganAt = performance.now();
  await store.sync(() => (firstTitlesMs ??= performance.now() - beganAt));
  const ms = performance.now() - beganAt;
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  await expectMirror(store, task, contestant);
  const listed = await store.listFirst(LISTED);
  if (listed.length !== Math.min(LISTED, task.units) || listed[0]?.position !== 0)
    throw new Error(`${listed.length} titles are listed, the first at ${listed[0]?.position ?? 'no place'}`);
  await store.close();
  const titles: Figure[] = firstTitlesMs === null ? [] : [{ metric: 'first-titles', unit: 'ms', value: firstTitlesMs }];
  return [{ metric: 'first-sync', unit: 'ms', value: ms, peakRssMb }, ...titles];
}

async function expectMirror(store: Store, { units }: Task, { mirrorsHeadsAlone }: Contestant): Promise<void> {
  const counts = await store.counts();
  const isWhole = mirrorsHeadsAlone === true || (counts.lessons === units * 5 && counts.assets === units * 3);
  if (counts.units !== units || !isWhole) throw new Error(`not all is here: ${JSON.stringify(counts)} of ${units} units`);
}

/** Its own process: nothing of this store was read before. */
async function measureReading(task: Task, contestant: Contestant): Promise<Figure[]> {
  const beganAt = performance.now();
  const store = await open(task, contestant);
  const first = await store.listFirst(LISTED);
  const openMs = performance.now() - beganAt;
  if (first.length !== Math.min(LISTED, task.units)) throw new Error(`${first.length} units are listed`);
  const listMs: number[] = [];
  for (let repeat = 0; repeat < 3; repeat += 1) {
    const listedAt = performance.now();
    const all = await store.listAll();
    listMs.push(performance.now() - listedAt);
    if (all.length !== task.units) throw new Error(`${all.length} of ${task.units} units are listed`);
  }
  const unitMs: number[] = [];
  for (let index = 0; index < 60 && contestant.mirrorsHeadsAlone !== true; index += 1) {
    const { id } = makeUnit(Math.floor((index / 60) * task.units), 1, 1);
    const readAt = performance.now();
    const unit = await store.readUnit(id);
    unitMs.push(performance.now() - readAt);
    if (unit.lessons.length !== 5 || unit.assets.length !== 3 || unit.lessons.some(({ payload }) => typeof payload !== 'object'))
      throw new Error(`unit ${id} is not whole`);
  }
  await store.close();
  return [
    { metric: 'open-list-50', unit: 'ms', value: openMs },
    { metric: 'list-all', unit: 'ms', value: median(listMs) },
    // The first ten are for the machine code.
    ...(unitMs.length === 0 ? [] : [{ metric: 'unit', unit: 'ms' as const, value: median(unitMs.slice(10)) }]),
  ];
}

/** 1 % of the units changed three times over, then nothing. */
async function measureDelta(task: Task, contestant: Contestant): Promise<Figure[]> {
  const store = await open(task, contestant);
  const changedMs: number[] = [];
  for (let repeat = 0; repeat < 4; repeat += 1) {
    await askServer(task, `change?count=${Math.max(1, Math.round(task.units / 100))}`);
    changedMs.push(await timed(() => store.sync()));
  }
  await expectMirror(store, task, contestant);
  const unchangedMs: number[] = [];
  const before = (await askServer(task, 'state')).requests;
  const repeats = task.quick ? 5 : 25;
  for (let repeat = 0; repeat < repeats; repeat += 1) unchangedMs.push(await timed(() => store.sync()));
  const { requests } = await askServer(task, 'state');
  await store.close();
  return [
    { metric: 'changed', unit: 'ms', value: median(changedMs.slice(1)) },
    { metric: 'unchanged', unit: 'ms', value: median(unchangedMs.slice(Math.floor(repeats / 5))) },
    { metric: 'unchanged-requests', unit: 'count', value: (requests - before) / repeats },
  ];
}

async function measureWriting(task: Task, contestant: Contestant): Promise<Figure[]> {
  const store = await open(task, contestant);
  const waiting = task.events ?? 0;
  for (let seq = 1; seq <= waiting; seq += 1) await store.enqueue(makeEvent(seq));
  const eachMs: number[] = [];
  for (let seq = waiting + 1; seq <= waiting + EVENTS_MEASURED; seq += 1) {
    const event = makeEvent(seq);
    eachMs.push(await timed(() => store.enqueue(event)));
  }
  await expectWaiting(store, waiting + EVENTS_MEASURED);
  await store.close();
  const metric = waiting === 0 ? 'enqueue' : `enqueue-behind-${waiting}`;
  const total = eachMs.reduce((sum, ms) => sum + ms, 0);
  return [
    { metric, unit: 'ms', value: median(eachMs), p99: quantile(eachMs, 0.99) },
    { metric: `${metric}-all`, unit: 'ms', value: total },
  ];
}

async function measureDrain(task: Task, contestant: Contestant): Promise<Figure[]> {
  const { events = EVENTS_MEASURED, batch = 100 } = task;
  await askServer(task, 'forget-events');
  const before = (await askServer(task, 'state')).events;
  const store = await open(task, contestant);
  for (let seq = 1; seq <= events; seq += 1) await store.enqueue(makeEvent(seq));
  const ms = await timed(() => store.drain(batch));
  await expectWaiting(store, 0);
  await store.close();
  const arrived = (await askServer(task, 'state')).events - before;
  if (arrived !== events) throw new Error(`${arrived} of ${events} events arrived`);
  return [{ metric: events === EVENTS_MEASURED ? `drain-${batch}` : `drain-${events}-${batch}`, unit: 'ms', value: ms }];
}

async function expectWaiting(store: Store, expected: number): Promise<void> {
  const { waitingEvents } = await store.counts();
  if (waitingEvents !== expected) throw new Error(`${waitingEvents} events wait, not ${expected}`);
}

async function open({ folder, origin }: Task, contestant: Contestant): Promise<Store> {
  return contestant.open({ folder, serverUrl: `${origin}/${contestant.name}`, eventsUrl: `${origin}/events` });
}

/** About the contestant's server, outside of any clock. */
async function askServer({ origin }: Task, what: string): Promise<{ events: number; requests: number }> {
  const reply = await fetch(`${origin}/_bench/${what}`);
  if (!reply.ok) throw new Error(`the server of the bench answered ${reply.status}`);
  return (await reply.json()) as { events: number; requests: number };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
}

const quantile = (values: readonly number[], at: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

const task = JSON.parse(process.argv[2] ?? '') as Task;
const { default: contestant } = (await import(task.file)) as { default: Contestant };
process.send?.({ figures: await runTask(task, contestant) }, () => process.exit(0));
