import type { Ids } from '../../modules/infrastructure/models.ts';
import { expectEqual, type ContractCase } from './contract-case.ts';

/** Ids, and the time that they are to bear. */
export interface IdsUnderTest {
  ids: Ids;
  now(): number;
}

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What every `Ids` keeps. */
export const IDS_CONTRACT: readonly ContractCase<IdsUnderTest>[] = [
  {
    name: '[OB-8] makes UUIDs of version 7 that begin with the time of making',
    async run({ ids, now }) {
      const before = now();
      const made = Array.from({ length: 1_000 }, () => ids.uuid());
      const after = now();
      for (const id of made) {
        if (!UUID_7.test(id)) throw new Error(`not a UUID of version 7: ${id}`);
        const madeAt = parseInt(id.replace('-', '').slice(0, 12), 16);
        if (madeAt < before || madeAt > after) throw new Error(`${id} is of ${madeAt}, not of ${before} to ${after}`);
      }
    },
  },
  {
    name: '[OB-8] makes 100,000 ids and none twice',
    async run({ ids }) {
      const made = new Set(Array.from({ length: 100_000 }, () => ids.uuid()));
      expectEqual(made.size, 100_000, 'different ids');
    },
  },
  {
    name: '[OB-4] gives chance that fills [0, 1) evenly',
    async run({ ids }) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let n = 0; n < 20_000; n += 1) {
        const chance = ids.random();
        if (!(chance >= 0 && chance < 1)) throw new Error(`not in [0, 1): ${chance}`);
        const tenth = Math.floor(chance * 10);
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      // 2,000 are expected in each; 300 away from that is seven standard deviations.
      const astray = tenths.filter((count) => Math.abs(count - 2_000) > 300);
      expectEqual(astray, [], 'tenths that are too full or too empty');
    },
  },
];
