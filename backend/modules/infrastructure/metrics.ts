import type pg from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a node tells Prometheus of itself. Labels are route patterns and fixed words: no ids, no persons (rule SE-3). */
export interface Metrics {
  begun(): void;
  /** What has begun is somebody else's to count. */
  leftOff(): void;
  ended(request: EndedRequest): void;
  /** How often each outcome came about at a route, for instance `{ accepted: 12, duplicate: 1 }`. */
  counted(route: string, outcomes: Readonly<Record<string, number>>): void;
  /** The text form of Prometheus, read now. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface EndedRequest {
  method: string;
  /** The route's pattern. */
  route: string;
  status: number;
  ms: number;
  receivedBytes: number;
  sentBytes: number;
}

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
const DATABASE_ANSWERS_WITHIN_MS = 2_000;

export function createMetrics(pool: pg.Pool): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Event-loop delay, memory, processor time, garbage collection, open handles.
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'haversack_http_request_seconds',
    help: 'Requests by route and status, with how long they took.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const inFlight = new Gauge({ name: 'haversack_http_requests_in_flight', help: 'Requests being answered now.', registers });
  const received = new Counter({
    name: 'haversack_http_received_bytes_total',
    help: 'Bytes that came in, heads and bodies; of uploads under the objects route.',
    labelNames: ['route'],
    registers,
  });
  const sent = new Counter({
    name: 'haversack_http_sent_bytes_total',
    help: 'Bytes that went out, heads and bodies; of downloads under the objects route.',
    labelNames: ['route'],
    registers,
  });
  const outcomes = new Counter({
    name: 'haversack_outcomes_total',
    help: 'What became of requests: answers of the feed by kind, events by verdict.',
    labelNames: ['route', 'outcome'],
    registers,
  });
  watchDatabase(pool, registers);
  return {
    begun: () => inFlight.inc(),
    leftOff: () => inFlight.dec(),
    ended({ method, route, status, ms, receivedBytes, sentBytes }) {
      inFlight.dec();
      seconds.observe({ method, route, status }, ms / 1000);
      received.inc({ route }, receivedBytes);
      sent.inc({ route }, sentBytes);
    },
    counted(route, counts) {
      for (const [outcome, count] of Object.entries(counts)) outcomes.inc({ route, outcome }, count);
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function watchDatabase(pool: pg.Pool, registers: Registry[]): void {
  const connections = new Gauge({
    name: 'haversack_database_connections',
    help: 'Connections of the pool by state; `waiting` are requests that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'idle' }, pool.idleCount);
      connections.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  const up = new Gauge({
    name: 'haversack_database_up',
    help: 'Whether the database answered within two seconds just now.',
    registers,
    async collect() {
      up.set((await answers(pool)) ? 1 : 0);
    },
  });
}

async function answers(pool: pg.Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, DATABASE_ANSWERS_WITHIN_MS, false);
  });
  const answer = pool.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
