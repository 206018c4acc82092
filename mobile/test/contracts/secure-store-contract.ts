import type { SecureStore } from '../../modules/infrastructure/models.ts';
import { expectEqual, type ContractCase } from './contract-case.ts';

/** Opens the store of this device anew, as the next start of the app does; what was set is still there. */
export type OpenSecureStore = () => SecureStore;

/** Of the kinds that the app uses: phones take letters, digits, `.`, `-` and `_` alone. */
const KEY = 'contract.first';
const OTHER_KEY = 'contract.second-key_2';

/** What every `SecureStore` keeps; each case begins with neither key set. */
export const SECURE_STORE_CONTRACT: readonly ContractCase<OpenSecureStore>[] = [
  {
    name: 'has nothing under a key that was never set, and minds no removing of it',
    async run(open) {
      const store = open();
      expectEqual(await store.get(KEY), null, 'a key that was never set');
      await store.remove(KEY);
      expectEqual(await store.get(KEY), null, 'after removing it');
    },
  },
  {
    name: 'gives back what was set last, under each key its own',
    async run(open) {
      const store = open();
      await store.set(KEY, 'first');
      await store.set(OTHER_KEY, 'other');
      await store.set(KEY, 'second');
      expectEqual([await store.get(KEY), await store.get(OTHER_KEY)], ['second', 'other'], 'the values');
      await store.remove(KEY);
      expectEqual([await store.get(KEY), await store.get(OTHER_KEY)], [null, 'other'], 'after removing one');
    },
  },
  {
    name: 'gives back every text exactly',
    async run(open) {
      const store = open();
      for (const value of ['', ' ', 'Zürich 🏔 \u0000 \n "quoted" \\', '{"id":"1","name":"Ḿ"}', 'x'.repeat(2_000)]) {
        await store.set(KEY, value);
        expectEqual(await store.get(KEY), value, `a text of ${value.length}`);
      }
    },
  },
  {
    name: '[AU-1] keeps what was set, and what was removed stays removed, when the app starts again',
    async run(open) {
      await open().set(KEY, 'kept');
      await open().set(OTHER_KEY, 'removed');
      await open().remove(OTHER_KEY);
      const store = open();
      expectEqual([await store.get(KEY), await store.get(OTHER_KEY)], ['kept', null], 'after starting again');
    },
  },
  {
    name: 'holds writes that overlap',
    async run(open) {
      const store = open();
      await Promise.all([store.set(KEY, 'one'), store.set(OTHER_KEY, 'two')]);
      expectEqual([await store.get(KEY), await store.get(OTHER_KEY)], ['one', 'two'], 'the values');
    },
  },
];

export async function runSecureStoreCase(open: OpenSecureStore, { run }: ContractCase<OpenSecureStore>): Promise<void> {
  const sweep = async (): Promise<void> => {
    for (const key of [KEY, OTHER_KEY]) await open().remove(key);
  };
  await sweep();
  await run(open);
  await sweep();
}
