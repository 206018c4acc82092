import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One place that the trace names: `path` or `path#symbol` in back-ticks. */
export interface Place {
  path: string;
  /** A declared name (`createOutbox`, `ContentService.listUnits`), or a rule id that a test in the file bears (`OB-1`). */
  symbol: string | null;
  line: number;
}

export function placesIn(markdown: string): Place[] {
  return markdown.split('\n').flatMap((text, index) =>
    [...text.matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\.(?:tsx?|m?js|cjs|sql|md|json|ya?ml|sh))(?:#([^`]+))?`/g)].map(
      ([, path = '', symbol]) => ({
        path,
        symbol: symbol ?? null,
        line: index + 1,
      }),
    ),
  );
}

/** What the trace names and is not there; empty when all is. */
export function missingPlaces(root: string, places: readonly Place[]): string[] {
  return places.flatMap(({ path, symbol, line }) => {
    if (!existsSync(join(root, path))) return [`line ${line}: ${path} does not exist.`];
    if (symbol === null || hasSymbol(path, readFileSync(join(root, path), 'utf8'), symbol)) return [];
    return [`line ${line}: ${path} has no ${symbol}.`];
  });
}

function hasSymbol(path: string, text: string, symbol: string): boolean {
  if (/^[A-Z]{2}-\d+$/.test(symbol)) return text.includes(`[${symbol}]`);
  if (!/\.(tsx?|m?js|cjs)$/.test(path)) return text.includes(symbol);
  const names = declaredNames(path, text);
  return symbol.split('.').every((part) => names.has(part));
}

/** Every name that the file declares: functions, types, variables, members, properties; a mere use does not count. */
function declaredNames(path: string, text: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = 'name' in node ? (node.name as ts.Node | undefined) : undefined;
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassLike(node) ||
      ts.isTypeElement(node) ||
      ts.isClassElement(node);
    const alsoDeclares =
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isPropertyAssignment(node) ||
      ts.isShorthandPropertyAssignment(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isExportSpecifier(node) ||
      ts.isBindingElement(node);
    if (name && (declares || alsoDeclares) && (ts.isIdentifier(name) || ts.isStringLiteral(name))) names.add(name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS));
  return names;
}
