import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareRulesAndTests, readRules } from './lib/rules.ts';
import { ruleIdsIn } from './lib/test-names.ts';
import { missingPlaces, placesIn } from './lib/trace.ts';

describe('rule ids', () => {
  it('are read from the names of tests that run, and from nowhere else', () => {
    const text = `
      // [AA-1] is only talked about
      describe('[AA-2] all of these', () => {
        it('[AA-3] does one thing, [AA-4] and another', () => {});
        it.each([1, 2])('[AA-5] does %s', () => {});
        it.skip('[AA-6] is for later', () => {});
        it.todo('[AA-7] is for much later');
        test(\`[AA-8] \${name}\`, async () => { log('[AA-9]'); });
      });`;
    expect(ruleIdsIn('some.test.ts', text)).toEqual(['AA-2', 'AA-3', 'AA-4', 'AA-5', 'AA-8']);
  });

  it('are compared with the rules of SPEC.md both ways', () => {
    const rules = readRules('- **AA-1** (built): one\n- **AA-2** (not yet): two\n- **AA-3** (built): three\n');
    expect(
      compareRulesAndTests(rules, [
        { rule: 'AA-1', path: 'a.test.ts' },
        { rule: 'ZZ-9', path: 'z.test.ts' },
      ]),
    ).toEqual([
      'AA-3 is marked as built in SPEC.md, but no test bears [AA-3] in its name.',
      'z.test.ts: a test bears [ZZ-9], which SPEC.md does not have.',
    ]);
  });

  it.each([
    ['- **AA-1** (perhaps): one\n', /AA-1 is "perhaps"/],
    ['- **AA-1** (built): one\n- **AA-1** (built): one\n', /AA-1 stands there twice/],
  ])('make a broken SPEC.md fail: %j', (spec, fault) => {
    expect(() => readRules(spec)).toThrow(fault);
  });
});

describe('places in the trace', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'trace-'));
    writeFileSync(
      join(root, 'outbox.ts'),
      'export class Outbox { drain() { return used(); } }\nexport const limit = { attempts: 3 };\n',
    );
    writeFileSync(join(root, 'outbox.test.ts'), "it('[OB-1] holds', () => {});\n");
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('are found when they are declared', () => {
    const places = placesIn('see `outbox.ts`, `outbox.ts#Outbox.drain`\nand `outbox.ts#attempts` and `outbox.test.ts#OB-1`');
    expect(places).toHaveLength(4);
    expect(missingPlaces(root, places)).toEqual([]);
  });

  it('are missing when the file is gone, or the name is only used there', () => {
    const places = placesIn('`inbox.ts`\n`outbox.ts#used`\n`outbox.test.ts#OB-2`');
    expect(missingPlaces(root, places)).toEqual([
      'line 1: inbox.ts does not exist.',
      'line 2: outbox.ts has no used.',
      'line 3: outbox.test.ts has no OB-2.',
    ]);
  });
});
