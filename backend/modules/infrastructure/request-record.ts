import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app-type.ts';
import type { Metrics } from './metrics.ts';

/** An answer as a route sees it that counts what became of requests. */
export interface Outcome {
  request: FastifyRequest;
  reply: FastifyReply;
  /** What the handler returned, where that is an object yet to be encoded; else undefined. */
  answer: unknown;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What to count of an answer in the metrics: how many of each outcome. Fixed words, nothing personal. */
    outcomes?: (outcome: Outcome) => Readonly<Record<string, number>>;
  }
}

const NO_ROUTE = 'none';

/** An answer that the framework did not give. */
export interface ShortAnswered {
  request: IncomingMessage;
  method: string;
  route: string;
  status: number;
  /** As `begun` said. */
  begunAtMs: number;
  /** For the metrics. */
  kind: string;
}

/** Told before and after each answer that the framework does not give; of what is left to it, that it is. */
export interface ShortRecord {
  begun(): number;
  ended(answered: ShortAnswered): void;
  leftOff(): void;
}

export interface RequestRecord {
  register(app: App): void;
  short: ShortRecord;
}

type LevelledLogger = FastifyBaseLogger & { isLevelEnabled?(level: string): boolean };

/** One log line a request, under its id, and its share of the metrics: the route's pattern instead of its address (rule SE-3). */
export function createRequestRecord(logger: LevelledLogger, metrics: Metrics | null): RequestRecord {
  const bytesOf = createByteMeter();
  // Whoever logs and measures nothing does not pay for what would be written down.
  const isKept = metrics !== null || logger.isLevelEnabled?.('info') !== false;
  return {
    register(app) {
      const answers = new WeakMap<FastifyRequest, unknown>();
      app.addHook('onRequest', async () => metrics?.begun());
      if (metrics !== null) {
        app.addHook('preSerialization', async (request, _reply, payload) => {
          if (request.routeOptions.config.outcomes !== undefined) answers.set(request, payload);
          return payload;
        });
      }
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? NO_ROUTE;
        const { receivedBytes, sentBytes } = bytesOf(request.raw, reply.getHeader('content-length'));
        const ms = reply.elapsedTime;
        const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(ms), bytes: sentBytes };
        request.log.info(line, 'request');
        if (metrics === null) return;
        metrics.ended({ method: request.method, route, status: reply.statusCode, ms, receivedBytes, sentBytes });
        const { outcomes } = request.routeOptions.config;
        if (outcomes !== undefined) metrics.counted(route, outcomes({ request, reply, answer: answers.get(request) }));
      });
    },
    short: {
      begun() {
        if (!isKept) return 0;
        metrics?.begun();
        return performance.now();
      },
      leftOff: () => metrics?.leftOff(),
      ended({ request, method, route, status, begunAtMs, kind }) {
        if (!isKept) return;
        const ms = performance.now() - begunAtMs;
        const { receivedBytes, sentBytes } = bytesOf(request, undefined);
        logger.info({ method, route, status, ms: Math.round(ms), bytes: sentBytes }, 'request');
        metrics?.ended({ method, route, status, ms, receivedBytes, sentBytes });
        metrics?.counted(route, { [kind]: 1 });
      },
    },
  };
}

/** Counts on the connection since its last request: what was compressed, streamed or cut off is counted as it went. */
function createByteMeter() {
  const marks = new WeakMap<Socket, { read: number; written: number }>();
  return (raw: IncomingMessage, contentLength: unknown): { receivedBytes: number; sentBytes: number } => {
    const { socket } = raw;
    // Injected requests have no connection.
    if (typeof socket.bytesWritten !== 'number') {
      return { receivedBytes: lengthIn(raw.headers['content-length']), sentBytes: lengthIn(contentLength) };
    }
    const before = marks.get(socket) ?? { read: 0, written: 0 };
    const now = { read: socket.bytesRead, written: socket.bytesWritten };
    marks.set(socket, now);
    return { receivedBytes: now.read - before.read, sentBytes: now.written - before.written };
  };
}

const lengthIn = (header: unknown): number => Number(header ?? 0) || 0;
