/** One promise of a port, as a case that runs under any test runner and in a page of a real browser. */
export interface ContractCase<Port> {
  /** Begins with the rule that it bears, if any. */
  name: string;
  run(port: Port): Promise<void>;
}

/** Compares as JSON does, bytes by their values. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (toText(actual) !== toText(expected)) throw new Error(`${what}: expected ${toText(expected)}, got ${toText(actual)}`);
}

/** Resolves with the error. */
export async function expectRejection(promise: Promise<unknown>, what: string): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (isError(error)) return error;
    throw new Error(`${what}: rejected with something that is no Error: ${String(error)}`);
  }
  throw new Error(`${what}: did not reject`);
}

/** Resolves when it holds; for what comes from outside in its own time. */
export async function waitUntil(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const until = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`waited for 10 s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Also of another realm: a test runner's errors and Node's own are not of one class. */
function isError(error: unknown): error is Error {
  return error instanceof Error || Object.prototype.toString.call(error) === '[object Error]';
}

function toText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? { bytes: [...inner] } : inner)) ?? 'undefined'
  );
}
