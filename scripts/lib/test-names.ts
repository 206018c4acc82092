import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const RULE_ID = /\[([A-Z]{2}-\d+)\]/g;
const TEST_FILE = /\.(test|spec|suite)\.tsx?$/;
const RUNS_NOTHING = new Set(['skip', 'todo', 'fixme', 'skipIf', 'fails']);

/** A rule id in the name of a test that runs, and where. */
export interface RuleMention {
  rule: string;
  path: string;
}

/** The rule ids in the names of all tests below `root`, as git sees the folder: nothing ignored, nothing installed. */
export function ruleMentions(root: string): RuleMention[] {
  return testFiles(root).flatMap((path) =>
    ruleIdsIn(path, readFileSync(join(root, path), 'utf8')).map((rule) => ({ rule, path })),
  );
}

/** The ids in names given to `it`, `test` and `describe`; a mention in a comment or a skipped test shows nothing. */
export function ruleIdsIn(path: string, text: string): string[] {
  const ids = testNamesIn(path, text).flatMap((name) => [...name.matchAll(RULE_ID)].map(([, id = '']) => id));
  return [...new Set(ids)];
}

/** The names given to `it`, `test` and `describe`, as they are written; skipped ones are none. */
export function testNamesIn(path: string, text: string): string[] {
  const file = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const words = calleeWords(node.expression);
      if (['it', 'test', 'describe'].includes(words[0] ?? '')) {
        if (words.some((word) => RUNS_NOTHING.has(word))) return;
        const name = node.arguments[0];
        if (name && (ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))) names.push(name.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** `it.each([…])` → ["it", "each"]. */
function calleeWords(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...calleeWords(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee)) return calleeWords(callee.expression);
  if (ts.isTaggedTemplateExpression(callee)) return calleeWords(callee.tag);
  return [];
}

function testFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'build' || entry.name === 'dist' || entry.name.startsWith('.'))
        continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (TEST_FILE.test(entry.name)) found.push(path);
    }
  };
  walk('');
  return found;
}
