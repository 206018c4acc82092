import { format } from 'node:util';
import { expect } from 'expect';

// What the tests of mobile/ take from Jest's globals, given to them under Mocha (docs/mutation.md says why Mocha).

/** @typedef {(title: string, test: () => unknown) => unknown} It */

/** Jest's `it.each`. Mocha knows a test by its title alone, so each row's bears its number. @param {It} it */
function withEach(it) {
  /** @param {readonly unknown[]} table */
  const each = (table) => {
    /** @param {string} title @param {(...row: unknown[]) => unknown} test */
    return (title, test) => {
      const holes = title.match(/%[a-z]/g)?.length ?? 0;
      for (const [index, entry] of table.entries()) {
        const row = Array.isArray(entry) ? entry : [entry];
        it(`${format(title, ...row.slice(0, holes))} #${index + 1}`, () => test(...row));
      }
    };
  };
  return Object.assign(it, { each });
}

const world = /** @type {Record<string, unknown>} */ (globalThis);
world['expect'] = expect;

// Mocha makes its functions global when it loads the tests, which is after this.
/** @type {It | undefined} */
let it;
Object.defineProperty(world, 'it', {
  configurable: true,
  get: () => it,
  set: (given) => (it = given && withEach(given)),
});
Object.defineProperty(world, 'beforeAll', { configurable: true, get: () => world['before'] });
Object.defineProperty(world, 'afterAll', { configurable: true, get: () => world['after'] });
