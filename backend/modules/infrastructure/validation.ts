import type { FieldError } from '@haversack/contract';
import { Ajv, type ErrorObject, type Options } from 'ajv';
import { escapePointer, holdsMoreValuesThan } from './json.ts';

const options = { removeAdditional: false, useDefaults: false, strict: false } as const;
/** Every fault of a value as large as this is looked for; of a larger one the first, so that refusing stays cheap (rule SE-2). */
const FULLY_JUDGED_MAX_VALUES = 20_000;
const FAULTS_TOLD_MAX = 1_000;

/** Ajv's errors; none where the value is as the schema says. */
type Validate = (value: unknown) => ErrorObject[];

/** Bodies are taken as they are; what comes as text in an address is read as what the schema wants. */
export function createSchemaCompiler(): (schema: object, httpPart: string | undefined) => Validate {
  const strict = createJudge({ coerceTypes: false });
  const coercing = createJudge({ coerceTypes: true });
  return (schema, httpPart) => (httpPart === 'body' ? strict : coercing)(schema);
}

/** Checks one value apart from any request; `[]` when it is as the schema says. */
export function createChecker(schema: object): (value: unknown) => FieldError[] {
  const validate = createJudge({ coerceTypes: false })(schema);
  return (value) => readableFaults(validate(value), value);
}

/** Stops at the first fault, and looks for the others only where they cannot be too many. */
function createJudge(more: Options): (schema: object) => Validate {
  const quick = new Ajv({ ...options, ...more });
  const thorough = new Ajv({ ...options, ...more, allErrors: true });
  return (schema) => {
    const isValid = quick.compile(schema);
    const findAll = thorough.compile(schema);
    return (value) => {
      if (isValid(value)) return [];
      const first = isValid.errors ?? [];
      if (holdsMoreValuesThan(FULLY_JUDGED_MAX_VALUES, value) || findAll(value)) return first;
      return (findAll.errors ?? []).slice(0, FAULTS_TOLD_MAX);
    };
  };
}

/**
 * Ajv's errors as one list of (JSON Pointer, words). Of a union only the branch that was meant speaks: the one whose
 * `type` is the value's, or the one that is not null; so that a single slip is a single fault.
 */
export function readableFaults(errors: readonly ErrorObject[], root: unknown): FieldError[] {
  if (errors.length === 0) return [];
  const silenced = new Set<ErrorObject>();
  for (const union of errors.filter((error) => error.keyword === 'anyOf')) {
    if (!silenced.has(union)) silenceOtherBranches(union, errors, silenced, root);
  }
  const faults = errors.filter((error) => !silenced.has(error)).map(toFault);
  const seen = new Set<string>();
  return faults.filter(({ path, message }) => {
    const key = `${path}\n${message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function silenceOtherBranches(
  union: ErrorObject,
  errors: readonly ErrorObject[],
  silenced: Set<ErrorObject>,
  root: unknown,
): void {
  const inside = errors.filter(
    (error) =>
      error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`) && error.instancePath.startsWith(union.instancePath),
  );
  const branches = Map.groupBy(inside, (error) => error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '');
  const value = valueAt(root, union.instancePath);
  const meant = [...branches.values()].filter((branch) => !branch.some((error) => isOtherKind(error, union.instancePath, value)));
  const [only] = meant;
  if (meant.length === 1 && only !== undefined) {
    silenced.add(union);
    for (const error of inside) if (!only.includes(error)) silenced.add(error);
  } else {
    for (const error of inside) silenced.add(error);
  }
}

function isOtherKind(error: ErrorObject, at: string, value: unknown): boolean {
  if (error.keyword === 'const') return error.instancePath === at || error.instancePath === `${at}/type`;
  if (error.keyword === 'required' && error.instancePath === at) return error.params['missingProperty'] === 'type';
  return error.keyword === 'type' && error.instancePath === at && error.params['type'] === 'null' && value !== null;
}

function toFault(error: ErrorObject): FieldError {
  const params: Record<string, unknown> = error.params;
  if (error.keyword === 'required') return { path: below(error, params['missingProperty']), message: 'is missing' };
  if (error.keyword === 'additionalProperties') {
    return { path: below(error, params['additionalProperty']), message: 'is not a known field' };
  }
  if (error.keyword === 'anyOf') return { path: error.instancePath, message: 'is none of the values or kinds allowed here' };
  return { path: error.instancePath, message: error.message ?? 'is not valid' };
}

const below = (error: ErrorObject, name: unknown): string => `${error.instancePath}/${escapePointer(String(name))}`;

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const segment of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return value;
}
