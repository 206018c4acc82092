import { createHash } from 'node:crypto';
import { createRandom } from '../mobile/test/seeded-ids.ts';
import { act, reopen, type Run } from './act.ts';
import { createHands } from './hands.ts';
import { healAndCompare } from './heal.ts';
import { brokenPromise } from './invariants.ts';
import { ask, createOracle, engineOf, hasTable, type Oracle } from './oracle.ts';
import { type Schedule, UNIT_COUNT } from './schedule.ts';
import { notePeople } from './sealed.ts';
import { tell } from './story.ts';
import { createDevice, type Device, personOn, startApp, type World } from './world/device.ts';
import { createScheduler } from './world/scheduler.ts';
import { createModelServer, PEOPLE, type SimServer } from './world/server.ts';

export interface Outcome {
  /** The promise that was broken, in words; null when all held. */
  broken: string | null;
  /** What happened, a line each. */
  story: string[];
  /** Of all requests and steps: the same schedule has the same. */
  logHash: string;
  /** What was in it, so that a run that tests nothing is noticed. */
  counts: { answers: number; requests: number; lives: number };
}

/** Runs one schedule to its end, or to the first broken promise. */
export async function runSchedule(schedule: Schedule, server: SimServer = createModelServer()): Promise<Outcome> {
  const log = createHash('sha256');
  const story: string[] = [];
  const note = (line: string): void => {
    log.update(line);
    story.push(line);
  };
  const run = await begin(schedule, server, note);
  let broken: string | null = null;
  for (const [index, step] of schedule.steps.entries()) {
    note(`${String(index + 1).padStart(2)}. ${tell(step, run.devices.length)}`);
    await act(run, step);
    await run.world.scheduler.advance(10);
    for (const device of run.devices) notePeople(run.oracle, device);
    broken = brokenPromise(run, await server.truth());
    if (broken !== null) break;
    reopen(run);
  }
  if (broken === null) {
    note('All trouble ends.');
    broken = await healAndCompare(run);
  }
  if (broken !== null) note(`BROKEN: ${broken}`);
  for (const { current, disk } of run.devices) {
    current?.life.die();
    // What SQLite holds is outside of the heap, and would wait for a garbage collection that sees no reason.
    for (const { engine } of disk.databases.values()) engine.close();
  }
  await server.close();
  return {
    broken,
    story,
    logHash: log.digest('hex'),
    counts: {
      answers: run.oracle.acknowledged.size,
      requests: run.devices.reduce((sum, { link }) => sum + link.requestCount, 0),
      lives: run.devices.reduce((sum, { lives }) => sum + lives, 0),
    },
  };
}

/** Everybody has an account and is signed in on a phone; the catalogue is published; the sun shines. Then the weather comes. */
async function begin(schedule: Schedule, server: SimServer, note: (line: string) => void): Promise<Run> {
  const scheduler = createScheduler();
  server.followTime?.(() => scheduler.nowMs());
  const random = createRandom(schedule.seed);
  const oracle = createOracle();
  // A proxy's old page or digest.
  oracle.mayDiffer = schedule.weather.stale > 0;
  const world: World = {
    scheduler,
    random,
    seed: schedule.seed,
    slowCalls: 0,
    log: (line) => note(`    (${line})`),
    server: {
      async send(request) {
        const reply = await server.http.send(request);
        note(`    ${Math.round(scheduler.nowMs())} ${request.method} ${request.url.replace(/^\/api\/v1/, '')} → ${reply.status}`);
        return reply;
      },
    },
    onObject: (device) => noteObject(oracle, device),
    weatherEnds() {
      world.slowCalls = 0;
    },
  };
  const devices = ['tablet', 'phone', 'laptop'].slice(0, schedule.devices).map((name) => createDevice(name));
  const run: Run = { world, server, devices, oracle, hands: createHands(oracle), restore: null };
  for (let number = 1; number <= UNIT_COUNT; number += 1) await server.publish({ number, variant: 0, schemaVersion: 1 });
  for (const device of devices) startApp(world, device);
  await scheduler.settle();
  await signEverybodyUp(run);
  for (const device of devices) {
    notePeople(oracle, device);
    device.link.weather = schedule.weather;
  }
  world.slowCalls = schedule.slowCalls;
  return run;
}

/** DL-11: where only Wi-Fi may be used, and there is none, not a byte of a recording is asked for. */
function noteObject(oracle: Oracle, device: Device): void {
  const person = personOn(device);
  const engine = person && engineOf(device, person.user.id);
  if (device.hint.kind !== 'cellular' || !engine || !hasTable(engine, 'metadata')) return;
  const [chosen] = ask(engine, "SELECT 1 FROM metadata WHERE key = 'choice:wifi_only'");
  if (chosen && !engine.isTransaction) oracle.broken.push(`[DL-11] ${device.name} fetched a file over the mobile network`);
}

async function signEverybodyUp({ devices, world }: Run): Promise<void> {
  const [ana, bo] = PEOPLE;
  const enter = async (index: number, email: string, isNew: boolean): Promise<void> => {
    const user = devices[index]?.current?.app?.user;
    if (!user) return;
    const entering = isNew ? user.signUp(email, 'correct horse', 'Somebody') : user.signIn(email, 'correct horse');
    void entering.then((result) => {
      if (!result.ok) throw new Error(`${email} cannot enter: ${result.fault}`);
    });
    await world.scheduler.advance(2_000);
  };
  // Bo has an account from the beginning also where no phone is his.
  const last = devices.length - 1;
  await enter(last, bo, true);
  if (last < 2) {
    void devices[last]?.current?.app?.user.signOut('discard');
    await world.scheduler.advance(1_000);
  }
  for (let index = 0; index < Math.min(2, devices.length); index += 1) await enter(index, ana, index === 0);
  for (const device of devices) if (!personOn(device)) throw new Error(`nobody is signed in on ${device.name}`);
}
