import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../backend/modules/infrastructure/embedded-postgres.ts';
import { withClient } from '../../server/fill.ts';
import { startServer } from '../../server/processes.ts';
import { createAuthor, type Person, signUpLearners } from '../../server/seed.ts';
import type { Measurement } from '../contestant.ts';
import type { Options } from '../plan.ts';
import { end, heard, start } from '../processes.ts';
import type { Order } from './client.ts';
import { startLossyProxy } from './lossy-proxy.ts';

const EVENTS = 1_000;
/** A process lives so long before it is killed, one after the other; then one is let live. */
const LIVES_MS = [350, 450, 550, 700];

interface Stage {
  origin: string;
  answered: Order['answered'];
  newPerson(): Promise<Person>;
  countEvents(person: Person): Promise<number>;
}
type Figure = Pick<Measurement, 'metric' | 'unit' | 'value'>;

/** W5 against the real server on its embedded PostgreSQL: the same 1,000 events from the raw client and from Haversack's. */
export async function measureRealDrain(
  { rounds, quick }: Options,
  note: (measurement: Measurement) => void,
): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  const measurements: Measurement[] = [];
  try {
    const server = await startServer(postgres.url, join(folder, 'objects'));
    try {
      const stage = await setStage(server.port, postgres.url);
      for (let round = 1; round <= rounds; round += 1) {
        for (const client of ['raw', 'haversack'] as const) {
          const figures: Figure[] = [];
          for (const batch of quick ? [100] : [100, 500]) figures.push(await measureDrain(stage, client, batch));
          if (client === 'haversack') figures.push(...(await measureTroubled(stage)));
          const found = figures.map(
            (figure): Measurement => ({ ...figure, workload: 'W5', contestant: client, units: 0, round }),
          );
          found.forEach(note);
          measurements.push(...found);
        }
      }
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return measurements;
}

async function setStage(port: number, databaseUrl: string): Promise<Stage> {
  const { id, lessonId, exerciseId } = await (await createAuthor(port)).publish();
  return {
    origin: `http://127.0.0.1:${port}`,
    answered: { unit_id: id, lesson_id: lessonId, exercise_id: exerciseId },
    async newPerson() {
      const [person] = await signUpLearners(port, 1);
      if (!person) throw new Error('nobody was signed up');
      return person;
    },
    countEvents: (person) =>
      withClient(databaseUrl, async (client) => {
        const { rows } = await client.query<{ n: string }>('select count(*) as n from events where user_id = $1', [person.id]);
        return Number(rows[0]?.n);
      }),
  };
}

async function measureDrain(stage: Stage, client: Order['client'], batch: number): Promise<Figure> {
  return inFolder(async (folder) => {
    const order = { client, folder, origin: stage.origin, person: await stage.newPerson(), answered: stage.answered, batch };
    await run({ ...order, task: 'enqueue' });
    const { ms, waitingEvents } = await run<{ ms: number; waitingEvents: number }>({ ...order, task: 'drain' });
    const arrived = await stage.countEvents(order.person);
    if (waitingEvents !== 0 || arrived !== EVENTS)
      throw new Error(`${arrived} of ${EVENTS} events arrived, ${waitingEvents} wait`);
    return { metric: `real-server-drain-${batch}`, unit: 'ms', value: ms };
  });
}

/** Replies are lost and processes killed; what is in the server's table in the end must be 1,000, each once. */
async function measureTroubled(stage: Stage): Promise<Figure[]> {
  const proxy = await startLossyProxy(stage.origin);
  try {
    return await inFolder(async (folder) => {
      const person = await stage.newPerson();
      const order: Omit<Order, 'task'> = {
        ...{ client: 'haversack', folder, origin: proxy.origin, person },
        ...{ answered: stage.answered, batch: 100 },
      };
      await run({ ...order, task: 'enqueue', origin: stage.origin });
      let kills = 0;
      for (const lifeMs of LIVES_MS) kills += (await runAndKill({ ...order, task: 'drain' }, lifeMs)) ? 1 : 0;
      // A lost reply ends a sync, and the next one goes on.
      for (let tries = 0; tries < 10; tries += 1) {
        const ended = await run<{ waitingEvents: number }>({ ...order, task: 'drain' }).catch(() => null);
        if (ended?.waitingEvents === 0) break;
      }
      return [
        { metric: 'real-server-arrived-after-kills', unit: 'count', value: await stage.countEvents(person) },
        { metric: 'real-server-kills', unit: 'count', value: kills },
        { metric: 'real-server-lost-replies', unit: 'count', value: proxy.lost() },
      ];
    });
  } finally {
    await proxy.stop();
  }
}

async function run<Answer>(order: Order): Promise<Answer> {
  const child = start('real-server/client.ts', [JSON.stringify(order)], []);
  try {
    return await heard<Answer>(child);
  } finally {
    await end(child);
  }
}

/** True: it was killed before it was done. */
async function runAndKill(order: Order, lifeMs: number): Promise<boolean> {
  const child = start('real-server/client.ts', [JSON.stringify(order)], []);
  const timer = setTimeout(() => child.kill('SIGKILL'), lifeMs);
  const isDone = await heard(child).then(
    () => true,
    () => false,
  );
  clearTimeout(timer);
  await end(child);
  return !isDone;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
