import type { RuleMention } from './test-names.ts';

export type RuleStatus = 'built' | 'not yet';

/** The rules of SPEC.md: lines `- **OB-1** (built): …`. */
export function readRules(spec: string): Map<string, RuleStatus> {
  const rules = new Map<string, RuleStatus>();
  for (const [row, id, status] of spec.matchAll(/^- \*\*([A-Z]{2}-\d+)\*\* \(([^)]*)\):.*$/gm)) {
    if (!id) continue;
    if (status !== 'built' && status !== 'not yet')
      throw new Error(`SPEC.md: the status of ${id} is "${status}"; it must be "built" or "not yet".\n${row}`);
    if (rules.has(id)) throw new Error(`SPEC.md: ${id} stands there twice.`);
    rules.set(id, status);
  }
  return rules;
}

/** What is wrong between the rules and the tests that bear their ids; empty when nothing is. */
export function compareRulesAndTests(rules: ReadonlyMap<string, RuleStatus>, mentions: readonly RuleMention[]): string[] {
  const tested = new Set(mentions.map(({ rule }) => rule));
  const untested = [...rules].filter(([id, status]) => status === 'built' && !tested.has(id));
  return [
    ...untested.map(([id]) => `${id} is marked as built in SPEC.md, but no test bears [${id}] in its name.`),
    ...mentions
      .filter(({ rule }) => !rules.has(rule))
      .map(({ rule, path }) => `${path}: a test bears [${rule}], which SPEC.md does not have.`),
  ];
}
