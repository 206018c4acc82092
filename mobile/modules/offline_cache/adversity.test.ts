import { id, makeUnit } from '../../test/factories.ts';
import { settle } from '../../test/hand-clock.ts';
import { createLearner, type Learner, lessonOf, playLesson, query } from '../../test/learner.ts';
import { fs, path } from '../../test/node-builtins.ts';
import { statusReply } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { TransportError } from '../infrastructure/models.ts';
import { createCoalescer } from './coalescer.ts';

const unitId = id(1, 1);
const EVENTS = /POST .*\/learning_session\/events/;
const HOUR_MS = 3_600_000;

async function begin(): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  server.publish(makeUnit(1));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const play = async (ana: Learner, lesson = id(2, 10)) => playLesson(ana.person(), await lessonOf(ana.person(), unitId, lesson));

async function download(ana: Learner): Promise<void> {
  await ana.person().content.requestUnitDownload(unitId);
  for (let turn = 0; turn < 20; turn += 1) await settle();
}

describe('a server that asks for patience', () => {
  it('[OB-4] is not asked again before its time, and the phone does not spin meanwhile', async () => {
    const { ana } = await begin();
    ana.network.always(EVENTS, statusReply(429, { 'retry-after': '600' }));
    await play(ana);
    await ana.person().offlineCache.syncNow();
    let runs = 0;
    let wasRunning = false;
    ana.person().offlineCache.subscribe(() => {
      const { isRunning } = ana.person().offlineCache.syncStatus();
      if (isRunning && !wasRunning) runs += 1;
      wasRunning = isRunning;
    });
    const asked = ana.network.countOf(EVENTS);
    await ana.clock.advance(60_000);
    expect(runs).toBeLessThan(5);
    expect(ana.network.countOf(EVENTS)).toBe(asked);
    await ana.app.close();
  });

  it('[SY-2] is still asked for news when the person wants them, and sent nothing', async () => {
    const { server, ana } = await begin();
    ana.network.always(EVENTS, statusReply(429, { 'retry-after': '3600' }));
    await play(ana);
    await ana.person().offlineCache.syncNow();
    const asked = ana.network.countOf(EVENTS);
    server.publish(makeUnit(2));
    await ana.person().offlineCache.syncNow();
    expect(await query(ana, 'SELECT COUNT(*) AS count FROM units')).toEqual([{ count: 2 }]);
    expect(ana.network.countOf(EVENTS)).toBe(asked);
    expect(ana.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 4, lastError: 'server_trouble' });
    await ana.app.close();
  });
});

describe('a queue that meets trouble', () => {
  it('[OB-9] gets through a link that is too slow for a whole batch', async () => {
    const { server, ana } = await begin();
    const lesson = await lessonOf(ana.person(), unitId, id(2, 10));
    ana.network.isDown = true;
    for (let round = 0; round < 30; round += 1) await playLesson(ana.person(), lesson);
    ana.network.isDown = false;
    const send = ana.network.send.bind(ana.network);
    ana.network.send = async (request) => {
      if (request.url.endsWith('/events') && (request.body ?? '').length > 20_000) throw new TransportError('timeout');
      return send(request);
    };
    for (let round = 0; round < 12; round += 1) {
      await ana.person().offlineCache.syncNow();
      await ana.clock.advance(600_000);
    }
    expect(ana.person().offlineCache.syncStatus().outstanding).toBe(0);
    expect(server.eventsOf('ana@example.org')).toHaveLength(120);
    await ana.app.close();
  }, 60_000);

  it('[OB-9] runs again after a run that rejected', async () => {
    let runs = 0;
    const coalescer = createCoalescer<string>(async () => {
      runs += 1;
      await settle();
      if (runs === 1) throw new Error('a listener threw');
    });
    await Promise.allSettled([coalescer.run('one'), coalescer.run('two')]);
    await coalescer.run('three');
    expect(runs).toBe(3);
  });

  it('[LS-1] goes on with fresh numbers when the database came back from an older backup', async () => {
    const { server, ana } = await begin();
    const file = path.join(ana.folder, `person-${ana.person().user.id}.sqlite3`);
    await query(ana, 'PRAGMA wal_checkpoint(TRUNCATE)');
    fs.copyFileSync(file, `${file}.backup`);
    await play(ana);
    await ana.person().offlineCache.syncNow();
    await ana.app.close();
    for (const journal of ['-wal', '-shm']) fs.rmSync(file + journal, { force: true });
    fs.copyFileSync(`${file}.backup`, file);
    const again = await ana.restart();
    await again.person().offlineCache.syncNow();
    await play(again, id(2, 11));
    await again.person().offlineCache.syncNow();
    expect(again.person().offlineCache.syncStatus()).toMatchObject({ outstanding: 0, refused: 0 });
    const numbers = server.eventsOf('ana@example.org').map((event) => event.device_seq);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await again.app.close();
  });
});

describe('a catalogue and downloads in trouble', () => {
  it('[SY-7] a difference that a full pull does not mend keeps neither events away nor pulls everything again each time', async () => {
    const { server, ana } = await begin();
    server.isDigestWrong = true;
    server.publish(makeUnit(2));
    await ana.person().offlineCache.syncNow();
    const pages = ana.network.countOf(/units\/sync/);
    const events = ana.network.countOf(/GET .*learning_session\/events/);
    for (let round = 0; round < 6; round += 1) await ana.person().offlineCache.syncNow();
    expect(ana.network.countOf(/GET .*learning_session\/events/)).toBeGreaterThan(events);
    expect(ana.network.countOf(/units\/sync/) - pages).toBeLessThanOrEqual(6);
    expect(ana.person().offlineCache.syncStatus().lastError).toBe('server_trouble');
    await ana.app.close();
  });

  it('[DL-6] a unit that arrives late does not take the place of a newer one', async () => {
    const { server, ana } = await begin();
    await download(ana);
    const late = server.publish(makeUnit(1, { seed: 7 }));
    server.publish(makeUnit(1, { seed: 8 }));
    const headers = { 'haversack-server': 'feed-1', 'content-type': 'application/json' };
    const body = new TextEncoder().encode(JSON.stringify(late));
    ana.network.next(/GET .*\/content\/units\/0000/, { kind: 'reply', reply: { status: 200, headers, body } });
    await ana.person().offlineCache.syncNow();
    for (let turn = 0; turn < 20; turn += 1) await settle();
    const [row] = await query(ana, 'SELECT version, stored_version, downloaded_version FROM units');
    expect(row?.['stored_version']).not.toBe(late.version);
    expect(row?.['downloaded_version']).not.toBe(late.version);
    await ana.app.close();
  });

  it('[OB-9] a download queue whose database fails waits longer and longer instead of spinning', async () => {
    const { ana } = await begin();
    ana.network.isDown = true;
    await download(ana);
    ana.network.isDown = false;
    await query(ana, "CREATE TRIGGER full BEFORE UPDATE ON downloads BEGIN SELECT RAISE(ABORT, 'full'); END");
    const before = ana.warnings.length;
    await ana.clock.advance(HOUR_MS / 30);
    expect(ana.warnings.length - before).toBeLessThan(30);
    await ana.app.close();
  });
});
