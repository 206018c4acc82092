import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkUnitFolder } from './check.ts';
import { makeNewUnit } from './new-unit.ts';
import { makeUnitFolder } from './test/unit-folder.ts';

it('begins a unit that is sound and has an id of its own', async () => {
  const folder = makeUnitFolder();
  const names = ['one', 'two'].map((name) => join(folder, name));
  const ids = new Set<string>();
  for (const name of names) {
    makeNewUnit(name);
    const result = await checkUnitFolder(name);
    if (result.ok) ids.add(result.unit.body.id);
  }
  expect(ids.size).toBe(2);
});

it('never writes over a folder that exists', () => {
  const folder = makeUnitFolder();
  expect(() => {
    makeNewUnit(folder);
  }).toThrow('exists already');
});
