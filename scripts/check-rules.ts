import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareRulesAndTests, readRules } from './lib/rules.ts';
import { ruleMentions } from './lib/test-names.ts';

// Every rule that SPEC.md calls built is borne by a test, and every id that a test bears is a rule.
const root = dirname(import.meta.dirname);
const rules = readRules(readFileSync(join(root, 'SPEC.md'), 'utf8'));
const mentions = ruleMentions(root);
const faults = compareRulesAndTests(rules, mentions);
for (const fault of faults) console.error(fault);
const built = [...rules.values()].filter((status) => status === 'built').length;
const ahead = [...rules]
  .filter(([id, status]) => status === 'not yet' && mentions.some(({ rule }) => rule === id))
  .map(([id]) => id);
if (ahead.length > 0) console.log(`Tested but not marked as built: ${ahead.join(', ')}`);
console.log(`${rules.size} rules, ${built} built, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
