import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testNamesIn } from './test-names.ts';

/** Requirements of OWASP ASVS 5.0.0 at levels 1 and 2. */
const REQUIREMENTS = 253;
const STATUSES: ReadonlySet<string> = new Set(['shown', 'not shown', 'not applicable']);

/** What is wrong with `docs/asvs.md`: a requirement that is missing, or is said to be shown by a test that is not there. */
export function findAsvsFaults(root: string, markdown: string, requirements = REQUIREMENTS): string[] {
  const rows = markdown.split('\n').flatMap((line, index) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return /^V\d+\.\d+\.\d+/.test(cells[1] ?? '') ? [{ line: index + 1, cells }] : [];
  });
  const ids = rows.flatMap(({ cells }) => (cells[1] ?? '').split(', '));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...(ids.length === requirements ? [] : [`${ids.length} requirements stand there instead of ${requirements}.`]),
    ...twice.map((id) => `${id} stands there twice.`),
    ...rows.flatMap(({ line, cells: [, , , status = '', by = ''] }) =>
      rowFaults(root, status, by).map((fault) => `line ${line}: ${fault}`),
    ),
  ];
}

function rowFaults(root: string, status: string, by: string): string[] {
  if (!STATUSES.has(status)) return [`"${status}" is none of ${[...STATUSES].join(', ')}.`];
  if (by === '') return ['gives no reason.'];
  const named = [...by.matchAll(/`([\w./-]+\.tsx?)` "([^"]+)"/g)];
  if (status === 'shown' && named.length === 0) return ['is shown by no test.'];
  return named.flatMap(([, path = '', name = '']) => {
    if (!existsSync(join(root, path))) return [`${path} does not exist.`];
    const names = testNamesIn(path, readFileSync(join(root, path), 'utf8'));
    return names.some((one) => one.includes(name)) ? [] : [`${path} has no test "${name}".`];
  });
}
