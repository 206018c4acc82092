import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJudge, type FuzzAnswer, type Judge } from './fuzz-judge.ts';
import { planArbitrary, type Plan } from './fuzz-plan.ts';
import { createIdPool, type FuzzRequest, type IdPool, toRequest } from './fuzz-request.ts';
import { CANARY } from './hostile.ts';
import { RawConnection } from './raw-http.ts';
import { createWorld, type World } from './world.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 3_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_126);
const AT_ONCE = 4;
const HEAP_GROWTH_MAX_BYTES = 96 * 1024 * 1024;
const SLOWEST_MAX_MS = 10_000;
const FAULTS_TOLD_MAX = 25;
const TOLD_EACH = 5_000;
/** An export holds all that was sent before: more of them would take longer than everything else together. */
const EXPORTS_MAX = 400;
/** What nobody does by accident. */
const NEEDS_PASSWORD: ReadonlySet<string> = new Set(['POST /api/v1/users/me/password', 'POST /api/v1/users/me/delete']);

let world: World;
let port: number;
beforeAll(async () => {
  world = await createWorld({ trustProxy: 1 });
  await world.server.http.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = world.server.http.server.address() as AddressInfo);
});
afterAll(() => world.close());

interface Tally {
  sent: number;
  exports: number;
  byStatus: Map<string, number>;
  accepted: Set<string>;
  slowestMs: number;
  faults: string[];
}

describe('whatever is sent', () => {
  it(
    `[SE-2] [SE-3] [SE-4] ${REQUESTS} requests made from the document (seed ${SEED}) are each answered as it says, and leave no trace`,
    async () => {
      const tally: Tally = { sent: 0, exports: 0, byStatus: new Map(), accepted: new Set(), slowestMs: 0, faults: [] };
      const ids = [
        world.commonUnit.id,
        ...world.commonUnit.lessons.map((lesson) => lesson.id),
        ...world.learner.secrets.filter((secret) => secret.length === 36),
      ];
      const arbitrary = planArbitrary(world.operations, ids);
      const tools = { pool: createIdPool(), judge: createJudge(world.operations) };
      const heapBefore = heapAfterCollection();
      for (let begun = 0; tally.sent < REQUESTS && tally.faults.length < FAULTS_TOLD_MAX; begun += 500) {
        const plans = fc.sample(arbitrary, { numRuns: Math.min(500, REQUESTS - tally.sent), seed: SEED + begun });
        await runAll(plans, tally, tools);
        tally.faults.push(...logFaults(world.server.logged.splice(0)));
        if (begun % TOLD_EACH === 0) process.stdout.write(`${tally.sent} requests, slowest ${Math.round(tally.slowestMs)} ms\n`);
      }
      const growth = heapAfterCollection() - heapBefore;
      process.stdout.write(`${tell(tally, growth)}\n`);
      expect(tally.faults.slice(0, FAULTS_TOLD_MAX)).toEqual([]);
      expect((await world.server.anyone.get('/health')).status).toBe(200);
      expect(tally.slowestMs).toBeLessThan(SLOWEST_MAX_MS);
      expect(growth).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
      // A fuzzer that nothing gets through shows nothing: every operation was done, too.
      const possible = world.operations.filter(({ name }) => !NEEDS_PASSWORD.has(name));
      expect(possible.map(({ name }) => name).filter((name) => !tally.accepted.has(name))).toEqual([]);
    },
    90 * 60_000,
  );
});

async function runAll(plans: readonly Plan[], tally: Tally, { pool, judge }: { pool: IdPool; judge: Judge }): Promise<void> {
  const queue = [...plans];
  let exported: Promise<unknown> = Promise.resolve();
  const work = async (): Promise<void> => {
    const lane = new Lane();
    for (let plan = queue.pop(); plan !== undefined; plan = queue.pop()) {
      const request = await toRequest(world, pool, plan);
      const isExport = request.target.includes('/me/export');
      if (isExport && (tally.exports += 1) > EXPORTS_MAX) continue;
      const begun = performance.now();
      const exchange = (): Promise<FuzzAnswer> =>
        plan.isOnSocket || plan.mode === 'hostile' ? lane.exchange(request) : injected(request);
      // A newer export of the same person breaks off the one before, as it is meant to.
      const answering = isExport ? exported.then(exchange) : exchange();
      if (isExport) exported = answering.catch(() => undefined);
      const answer = await answering.then(decompressed).catch((error: unknown) => String(error));
      tally.slowestMs = Math.max(tally.slowestMs, performance.now() - begun);
      tally.sent += 1;
      const faults = typeof answer === 'string' ? [answer] : judgeSafely(judge, request, answer);
      if (typeof answer !== 'string') count(tally, request, answer);
      tally.faults.push(
        ...faults.map(
          (fault) =>
            `${fault}\n  ${describeRequest(request)}\n  ${typeof answer === 'string' ? '' : answer.body.toString().slice(0, 300)}`,
        ),
      );
    }
    lane.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function judgeSafely(judge: Judge, request: FuzzRequest, answer: FuzzAnswer): string[] {
  try {
    return judge(request, answer);
  } catch (error) {
    return [`cannot be read: ${String(error)}`];
  }
}

function count(tally: Tally, { plan, isToOperation }: FuzzRequest, { status }: FuzzAnswer): void {
  const key = `${plan.mode} ${Math.floor(status / 100)}xx`;
  tally.byStatus.set(key, (tally.byStatus.get(key) ?? 0) + 1);
  if (isToOperation && status < 400) tally.accepted.add(plan.operation.name);
}

/** A connection that is kept as long as the server keeps it. */
class Lane {
  private connection: RawConnection | null = null;

  async exchange(request: FuzzRequest): Promise<FuzzAnswer> {
    const connection = (this.connection ??= await RawConnection.open(port));
    connection.write(encode(request));
    const answer = await connection.read(request.method);
    if (answer === null) {
      this.close();
      throw new Error('the connection was closed without an answer');
    }
    if (connection.rest > 0) {
      this.close();
      throw new Error('more came than the answer');
    }
    if (answer.headers['connection'] === 'close' || answer.status >= 400) this.close();
    return answer;
  }

  close(): void {
    this.connection?.destroy();
    this.connection = null;
  }
}

function encode({ plan, method, target, headers, body }: FuzzRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const isChunked = plan.isChunked && body !== null;
  if (isChunked) lines.push('Transfer-Encoding: chunked');
  else if (body !== null) lines.push(`Content-Length: ${body.length}`);
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (body === null) return head;
  if (!isChunked) return Buffer.concat([head, body]);
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')]);
}

async function injected({ method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const answer = await world.server.http.inject({
    method: method as 'GET',
    url: target,
    headers: Object.fromEntries(headers),
    ...(body === null ? {} : { payload: body }),
  });
  const flat = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return { status: answer.statusCode, headers: Object.fromEntries(flat), body: answer.rawPayload };
}

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

function decompressed(answer: FuzzAnswer): FuzzAnswer {
  const decode = DECODERS[answer.headers['content-encoding'] ?? ''];
  return decode === undefined || answer.body.length === 0 ? answer : { ...answer, body: decode(answer.body) };
}

/** At the most talkative level. */
function logFaults(lines: readonly string[]): string[] {
  const people = [world.learner, world.otherLearner, world.publisher, world.otherPublisher];
  const secrets = [CANARY, ...people.flatMap(({ caller }) => [caller.token, caller.email, `name-of-${caller.id}`])];
  return lines.flatMap((line) =>
    secrets.filter((secret) => line.includes(secret)).map((secret) => `the log has ${secret}: ${line.slice(0, 300)}`),
  );
}

function describeRequest({ plan, method, target, headers, body }: FuzzRequest): string {
  return `${plan.operation.name} (${plan.mode}): ${method} ${target.slice(0, 300)} ${JSON.stringify(headers).slice(0, 700)} ${body?.toString().slice(0, 400) ?? ''}`;
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function tell({ sent, byStatus, slowestMs, faults }: Tally, growth: number): string {
  const counts = [...byStatus].sort().map(([key, times]) => `${key} ${times}`);
  return `${sent} requests: ${counts.join(', ')}; slowest ${Math.round(slowestMs)} ms; heap ${(growth / 2 ** 20).toFixed(1)} MB more; ${faults.length} faults`;
}
