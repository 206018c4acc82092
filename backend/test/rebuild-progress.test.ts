import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Progress } from '@haversack/contract';
import { type Caller, startTestServer, type TestServer } from './app.ts';
import { expectStatus, itemsOf, makeEvent, makeUnit, publish } from './factories.ts';

let server: TestServer;
let learner: Caller;
beforeAll(async () => {
  server = await startTestServer();
  learner = await server.signUp();
  const unit = makeUnit();
  await publish(await server.signUp('publisher'), unit);
  const event = makeEvent({ unit_id: unit.id, lesson_id: unit.lessons[0]?.id ?? '' });
  expectStatus(await learner.post('/learning_session/events', itemsOf(event)), 200);
});
afterAll(() => server.close());

async function run(args: string[], env: Record<string, string> = {}): Promise<{ code: unknown; said: string }> {
  const { rows } = await server.pool.query<{ name: string }>('select current_database() as name');
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${rows[0]?.name}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, '../rebuild-progress.ts'), ...args], {
    env: { PATH: process.env['PATH'], DATABASE_URL: url.href, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said };
}
const attempts = async () => expectStatus(await learner.get<Progress>('/learning_session/progress'), 200).lessons[0]?.attempts;

describe('the command that makes progress anew', () => {
  it('[LS-1] mends what differs from the events, of everybody or of one, beside a running server', async () => {
    const break_ = () => server.pool.query('update lesson_progress set attempts = 9');
    await break_();
    expect(await attempts()).toBe(9);
    expect(await run([])).toMatchObject({ code: 0, said: expect.stringContaining('that of 1 differed') as string });
    expect(await attempts()).toBe(1);
    await break_();
    expect((await run(['--user', learner.id.toUpperCase()])).said).toContain('was mended');
    expect(await attempts()).toBe(1);
    expect((await run(['--behind'])).said).toContain('0 learners were behind');
  }, 120_000);

  it('says in one sentence what it cannot do', async () => {
    for (const args of [['--everything'], ['--user', 'nobody'], ['--behind', '--user', learner.id]])
      expect(await run(args)).toMatchObject({ code: 1, said: expect.stringContaining('Usage:') as string });
    const nowhere = await run([], { DATABASE_URL: '', DATA_DIR: '/nowhere/at/all' });
    expect(nowhere).toEqual({ code: 1, said: expect.stringContaining('There is no database in /nowhere/at/all') as string });
  }, 120_000);
});
