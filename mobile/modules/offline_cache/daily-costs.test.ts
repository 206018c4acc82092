import { composeApp, type PersonScope } from '../../compose.ts';
import { makeUnit } from '../../test/factories.ts';
import { createMeter, type Meter, meterDatabases } from '../../test/metered-databases.ts';
import { createScriptedNetwork, type ScriptedNetwork } from '../../test/scripted-network.ts';
import { createServerModel, type ServerModel } from '../../test/server-model.ts';
import { createTestDevice, type TestDevice } from '../../test/test-platform.ts';
import { CHUNK_BYTES } from './chunk.ts';

// What happens every day, counted: on every machine the same (docs/decisions/0031-what-is-cheap-every-day.md).

const FEW = 20;
const MANY = 400;

interface Phone extends TestDevice {
  meter: Meter;
  network: ScriptedNetwork;
  server: ServerModel;
  person(): PersonScope;
  /** The app comes to the foreground, and the sync that this sets off comes to its end. */
  comeBack(): Promise<void>;
  restart(): Promise<PersonScope>;
}

/** A phone that holds so many units of the catalogue, and has nothing to do. */
async function openPhone(units: number): Promise<Phone> {
  const server = createServerModel();
  for (let number = 1; number <= units; number += 1) server.publish(makeUnit(number));
  const network = createScriptedNetwork(server);
  const device = createTestDevice({ http: network });
  const meter = createMeter();
  const platform = { ...device.platform, databases: meterDatabases(device.platform.databases, meter) };
  let app = await composeApp(platform);
  await app.user.signUp('ana@example.org', 'correct horse', 'Ana');
  const person = (): PersonScope => {
    const scope = app.person();
    if (scope === null) throw new Error('nobody is signed in');
    return scope;
  };
  await person().offlineCache.syncNow();
  return {
    ...{ ...device, meter, network, server, person },
    async comeBack() {
      const before = person().offlineCache.syncStatus().lastSuccessAt;
      await device.clock.advance(1);
      device.foreground();
      while (person().offlineCache.syncStatus().lastSuccessAt === before) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    async restart() {
      await app.close();
      network.isDown = true;
      meter.reset();
      app = await composeApp(platform);
      return person();
    },
  };
}

async function costOf(phone: Phone, work: () => Promise<unknown>) {
  phone.meter.reset();
  const before = phone.network.log.length;
  await work();
  const { statements, rowsRead, rowsWritten, commits } = phone.meter;
  return { statements: statements.length, rowsRead, rowsWritten, commits, requests: phone.network.log.length - before };
}

/** Statements that read a table from one end to the other, though it grows with the catalogue or with what was learned. */
async function scansOf(phone: Phone): Promise<string[]> {
  const statements = [...new Set(phone.meter.statements)].filter((sql) => !/^\s*PRAGMA/.test(sql));
  const database = await phone.platform.databases.open(await nameOf(phone));
  const scans: string[] = [];
  for (const sql of statements) {
    for (const { detail } of await database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)) {
      // Through an index that holds nothing else, or not to find what a condition wants: as far as the limit, and no further.
      const isShort = detail.includes(' INDEX units_kept') || (detail.includes(' INDEX ') && !/ units WHERE /.test(sql));
      if (/^SCAN (?!CONSTANT|json_each|unit_stubs|downloads|metadata|k\b|\()/.test(detail) && !isShort) {
        scans.push(`${detail}: ${sql.replace(/\s+/g, ' ')}`);
      }
    }
  }
  await database.close();
  return scans;
}

async function nameOf(phone: Phone): Promise<string> {
  const [name = ''] = await phone.platform.databases.list();
  return name;
}

describe('what happens every day costs the same however much is there', () => {
  it('[OC-1] opening the app and showing the first fifty units', async () => {
    const costs = [];
    for (const units of [FEW * 5, MANY]) {
      const phone = await openPhone(units);
      const person = await phone.restart();
      const first = await person.content.listUnits('all', 50);
      expect(first).toMatchObject({ kind: 'units', units: { length: 50 } });
      expect(person.content.firstUnits('all')).toEqual(first);
      expect(person.content.firstUnits('my')).toEqual(await person.content.listUnits('my', 50));
      costs.push({ statements: phone.meter.statements.length, rowsRead: phone.meter.rowsRead });
      expect(await scansOf(phone)).toEqual([]);
    }
    expect(costs[1]).toEqual(costs[0]);
  });

  it('[SY-2, CT-9] a sync that finds nothing new: two requests and one small commit, of how it ended', async () => {
    for (const units of [FEW, MANY]) {
      const phone = await openPhone(units);
      const cost = await costOf(phone, () => phone.comeBack());
      expect(cost).toMatchObject({ requests: 2, commits: 1 });
      const database = await phone.platform.databases.open(await nameOf(phone));
      const pulled = await database.all<{ value: string }>(`SELECT value FROM metadata WHERE key LIKE 'last_pull:%'`);
      await database.close();
      expect(pulled.map(({ value }) => Number(value))).toEqual([phone.clock.now(), phone.clock.now()]);
      expect(cost.statements).toBeLessThanOrEqual(45);
      expect(cost.rowsRead).toBeLessThanOrEqual(40);
      expect(await scansOf(phone)).toEqual([]);
    }
  });

  it('[SY-7] what agreed is compared again with the next news, after an hour without any, and when a person asks', async () => {
    const phone = await openPhone(FEW);
    const compared = (): number => phone.network.countOf('/content/units/digest');
    const before = compared();
    await phone.comeBack();
    expect(compared()).toBe(before);
    phone.server.publish(makeUnit(FEW + 1));
    await phone.comeBack();
    expect(compared()).toBe(before + 1);
    await phone.clock.advance(61 * 60_000);
    await phone.comeBack();
    expect(compared()).toBe(before + 2);
    await phone.person().offlineCache.syncNow();
    expect(compared()).toBe(before + 3);
  });

  it('[CT-9] one unit changed: three requests, and no row of another unit is written', async () => {
    const rows = [];
    for (const units of [FEW, MANY]) {
      const phone = await openPhone(units);
      phone.server.publish(makeUnit(1));
      const cost = await costOf(phone, () => phone.person().offlineCache.syncNow());
      expect(cost.requests).toBe(3);
      rows.push(cost.rowsWritten);
    }
    expect(rows[1]).toBe(rows[0]);
  });

  it('[OB-1] a write: one commit, and as many statements behind three hundred that wait', async () => {
    const phone = await openPhone(MANY);
    phone.network.isDown = true;
    const join = async (unit: number) => {
      const list = await phone.person().content.listUnits('all');
      const id = list.kind === 'units' ? (list.units[unit]?.id ?? '') : '';
      return costOf(phone, () => phone.person().content.joinMyUnits(id));
    };
    const first = await join(0);
    expect(first).toMatchObject({ commits: 1, requests: 0 });
    expect(first.statements).toBeLessThanOrEqual(3);
    for (let unit = 1; unit <= 300; unit += 1) await join(unit);
    expect(await join(301)).toEqual(first);
    expect(await scansOf(phone)).toEqual([]);
  });

  it('[DL-8] a download: as many commits for twelve chunks as for three, while a screen would hear of it once', async () => {
    const commits = [];
    for (const chunks of [3, 12]) {
      const phone = await openPhone(0);
      const { unit, objects } = makeUnit(1, { audioBytes: chunks * CHUNK_BYTES });
      phone.server.publish({ unit, objects });
      await phone.person().offlineCache.syncNow();
      phone.meter.reset();
      await phone.person().content.requestUnitDownload(unit.id);
      const status = async () => (await phone.person().offlineCache.downloadState(unit.id)).status;
      while ((await status()) !== 'downloaded') await new Promise((resolve) => setTimeout(resolve, 1));
      commits.push(phone.meter.commits);
    }
    expect(commits[1]).toBe(commits[0]);
  });
});
