import type { SyncEnvelope } from '@haversack/contract';
import { id, makeUnit } from '../../test/factories.ts';
import { openCore } from '../../test/open-core.ts';
import { summaryOf } from '../../test/server-model.ts';
import { readMetadata, writeMetadata } from './metadata.ts';
import { applyPage } from './page.ts';

const NOBODY: SyncEnvelope['deleted'] = { units: [], lessons: [] };
const SCHEMAS = { oldest: 2, newest: 3 };
const unit = (number: number, more: object = {}) => {
  const summary = summaryOf(makeUnit(number, { schemaVersion: 2 }).unit);
  return { ...summary, lessons: summary.lessons.map((lesson) => ({ ...lesson, schema_version: 2 })), ...more };
};

async function openPages() {
  const core = await openCore();
  const deps = { ...core, logger: core.platform.logger, schemas: SCHEMAS };
  return {
    ...core,
    apply: (units: unknown[], more: Partial<SyncEnvelope> = {}) =>
      applyPage(deps, { units, deleted: NOBODY, feed_id: 'feed-1', cursor: 'c1', has_more: false, server_time: '', ...more }),
    units: () => core.database.all('SELECT id, version FROM units ORDER BY id'),
    stubs: () => core.database.all('SELECT id, version, reason, schema_version, title, is_tried FROM unit_stubs ORDER BY id'),
    metadata: (key: Parameters<typeof readMetadata>[1]) => readMetadata(core.database, key),
  };
}

describe('[OC-4] a page of the feed', () => {
  it('says whether it was the last, and only then is the pull at its end', async () => {
    const { apply, metadata, clock, warnings } = await openPages();
    expect(await apply([unit(1)], { has_more: true, cursor: 'c0' })).toBe(false);
    expect([await metadata('cursor:units'), await metadata('feed_id')]).toEqual(['c0', 'feed-1']);
    expect(await metadata('last_pull:units')).toBeNull();
    expect(await apply([])).toBe(true);
    expect(await metadata('cursor:units')).toBe('c1');
    expect(await metadata('last_pull:units')).toBe(String(clock.now()));
    expect(await metadata('units_set_aside')).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('[SV-1] [SV-2] keeps out what this app does not play, and applies the rest', async () => {
    const { apply, units, stubs, warnings } = await openPages();
    const title = 'Newer';
    await apply([
      unit(1),
      unit(2, { schema_version: 4 }),
      unit(3, { schema_version: 1 }),
      unit(4, { title: 7 }),
      { id: id(1, 5), version: 3, schema_version: 4, title, shape: 'unknown' },
      { id: id(1, 6), version: 4, schema_version: 3, title },
      { id: id(1, 7), version: 5, schema_version: 'four' },
    ]);
    expect(await units()).toEqual([{ id: id(1, 1), version: 1 }]);
    const isTried = { is_tried: 0 };
    expect(await stubs()).toEqual([
      { id: id(1, 2), version: 1, reason: 'too_new', schema_version: 4, title: 'Unit 2', ...isTried },
      { id: id(1, 3), version: 1, reason: 'too_old', schema_version: 1, title: 'Unit 3', ...isTried },
      { id: id(1, 4), version: 1, reason: 'malformed', schema_version: 2, title: null, ...isTried },
      { id: id(1, 5), version: 3, reason: 'too_new', schema_version: 4, title, ...isTried },
      { id: id(1, 6), version: 4, reason: 'malformed', schema_version: 3, title, ...isTried },
      { id: id(1, 7), version: 5, reason: 'malformed', schema_version: null, title: null, ...isTried },
    ]);
    expect(warnings).toEqual([expect.stringContaining('"unreadable":0,"stubs":6')]);
  });

  it('counts what is not even a unit, and goes on', async () => {
    const { apply, units, stubs, metadata, warnings } = await openPages();
    await apply([null, 'unit', 7, { id: 'no id', version: 1 }, { id: id(1, 2), version: 'one' }, unit(1)]);
    expect(await units()).toEqual([{ id: id(1, 1), version: 1 }]);
    expect(await stubs()).toEqual([]);
    expect(await metadata('units_set_aside')).toBe('5');
    expect(warnings).toHaveLength(1);
    await apply([undefined]);
    expect(await metadata('units_set_aside')).toBe('6');
  });

  it('[CT-3] deletes what is deleted, but not what came back after it', async () => {
    const { apply, units, stubs } = await openPages();
    await apply([unit(1), unit(2), unit(3), unit(4), { id: id(1, 5), version: 1 }]);
    const at = (second: number): string => `2026-11-24T00:00:0${second}.000000Z`;
    const deleted = [1, 2, 3, 5].map((number) => ({ id: id(1, number), deleted_at: at(2), reason: 'deleted' as const }));
    await apply([unit(1, { updated_at: at(1) }), unit(2, { updated_at: at(2) }), unit(3, { updated_at: at(3) })], {
      deleted: { ...NOBODY, units: deleted },
    });
    expect(await units()).toEqual([
      { id: id(1, 3), version: 1 },
      { id: id(1, 4), version: 1 },
    ]);
    expect(await stubs()).toEqual([]);
  });

  it('[SY-7] at the end of a full pull sweeps what it has not seen, and believes also an older version', async () => {
    const { apply, units, stubs, database, metadata } = await openPages();
    await apply([unit(1, { version: 5 }), unit(2), { id: id(1, 3), version: 1 }, { id: id(1, 4), version: 1 }]);
    await apply([unit(1, { version: 4 })]);
    expect(await units()).toMatchObject([{ version: 5 }, { version: 1 }]);
    await writeMetadata(database, 'full_pull', 1);
    await writeMetadata(database, 'pull_generation', 1);
    await apply([unit(1, { version: 4 })], { has_more: true });
    expect(await units()).toHaveLength(2);
    expect(await metadata('full_pull')).toBe('1');
    await apply([{ id: id(1, 4), version: 2 }]);
    expect(await units()).toEqual([{ id: id(1, 1), version: 4 }]);
    expect(await stubs()).toMatchObject([{ id: id(1, 4), version: 2 }]);
    expect(await metadata('full_pull')).toBeNull();
  });

  it('sweeps nothing at the end of an ordinary pull', async () => {
    const { apply, units, database } = await openPages();
    await apply([unit(1)]);
    await writeMetadata(database, 'pull_generation', 1);
    await apply([unit(2)]);
    expect(await units()).toHaveLength(2);
    expect(await database.all('SELECT pull_generation FROM units ORDER BY id')).toEqual([
      { pull_generation: 0 },
      { pull_generation: 1 },
    ]);
  });
});
