import { randomUUID } from 'node:crypto';
import { createClock } from '../../../mobile/modules/infrastructure/platform/clock.ts';
import type { Store } from '../contestant.ts';
import { openCache, storeOver } from '../contestants/haversack-cache.ts';
import { openRaw } from '../contestants/raw-limit.ts';
import { type Answered, makeEvent } from '../events.ts';

// W5 against the real server, in a process that may be killed and begin again: `node client.ts <Order as JSON>`.

export interface Order {
  client: 'raw' | 'haversack';
  task: 'enqueue' | 'drain';
  folder: string;
  origin: string;
  person: { id: string; token: string };
  answered: Omit<Answered, 'device_id'>;
  batch: number;
}
export const EVENTS = 1_000;

const order = JSON.parse(process.argv[2] ?? '') as Order;
const store = await open(order);
if (order.task === 'enqueue') {
  const answered = { ...order.answered, device_id: randomUUID() };
  // So that what is measured is the sending, not the first pull.
  if (order.client === 'haversack') await store.sync();
  for (let seq = 1; seq <= EVENTS; seq += 1) await store.enqueue(makeEvent(seq, answered));
  await store.close();
  process.send?.({ waiting: EVENTS }, () => process.exit(0));
} else {
  const beganAt = performance.now();
  await store.drain(order.batch);
  const ms = performance.now() - beganAt;
  const { waitingEvents } = await store.counts();
  process.send?.({ ms, waitingEvents }, () => process.exit(0));
}

async function open({ client, folder, origin, person }: Order): Promise<Store> {
  if (client === 'haversack') {
    const clock = { ...createClock(), schedule: () => () => undefined };
    return storeOver({ ...(await openCache({ folder, serverUrl: origin, clock, person })), storesUnitsWhole: false });
  }
  const eventsUrl = `${origin}/api/v1/learning_session/events`;
  return openRaw(
    { folder, serverUrl: origin, eventsUrl },
    { synchronous: 'FULL', headers: { authorization: `Bearer ${person.token}` } },
  );
}
