import { ERROR_STATUS, PROBLEM_CONTENT_TYPE, Problem, SERVER_HEADER } from '@haversack/contract';
import { Ajv, type ValidateFunction } from 'ajv';
import type { FuzzRequest } from './fuzz-request.ts';
import { CANARY } from './hostile.ts';
import type { Operation } from './openapi.ts';

export interface FuzzAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Words of the inside: SQL, stacks, files, programs. None of them is ever a caller's business (rule SE-2). */
export const INSIDE =
  /node_modules|\/work\/|\/modules\/|\.ts\b|\bat \w+ \(|node:|\bselect\b.*\bfrom\b|\binsert into\b|\brelation "|syntax error|\bpg_|postgres|kysely|ENOENT|EACCES|ECONN|TypeError|SyntaxError|Cannot read|undefined|\[object/i;

export type Judge = (request: FuzzRequest, answer: FuzzAnswer) => string[];

/** Says what is wrong with an answer; empty when nothing is. */
export function createJudge(operations: readonly Operation[]): Judge {
  const ajv = new Ajv({ strict: false });
  const checks = new Map<string, ValidateFunction>();
  for (const { name, responses } of operations) {
    for (const [status, contents] of Object.entries(responses)) {
      const schema = contents['application/json'];
      if (schema !== undefined) checks.set(`${name} ${status}`, ajv.compile(schema));
    }
  }
  const checkProblem = ajv.compile(Problem);

  return (request, answer) => {
    const { operation } = request.plan;
    const faults = [...headerFaults(request, answer)];
    if (answer.status >= 500) faults.push(`a fault of the server: ${answer.status}`);
    if (operation.responses[answer.status] === undefined && !mayBeUndeclared(request, answer.status))
      faults.push(`${answer.status} is not in the document`);
    if (answer.status >= 400 && request.method !== 'HEAD') faults.push(...problemFaults(request, answer, checkProblem));
    else if (answer.status < 300 && request.isToOperation) {
      const check = checks.get(`${operation.name} ${answer.status}`);
      if (check !== undefined && !check(JSON.parse(answer.body.toString())))
        faults.push(`is not as its schema says: ${ajv.errorsText(check.errors).slice(0, 300)}`);
    }
    if ((answer.status === 204 || answer.status === 304) && answer.body.length > 0)
      faults.push('has a body that it must not have');
    return faults;
  };
}

/** What is no such request is refused by the shell, or is another operation's; what is no HTTP never gets to a route. */
const mayBeUndeclared = ({ isToOperation, plan }: FuzzRequest, status: number): boolean =>
  !isToOperation || (plan.mode !== 'valid' && status === 431);

function problemFaults(request: FuzzRequest, answer: FuzzAnswer, check: ValidateFunction): string[] {
  if (!answer.headers['content-type']?.startsWith(PROBLEM_CONTENT_TYPE))
    return [`refuses as ${answer.headers['content-type'] ?? 'nothing'}, which is no problem`];
  const text = answer.body.toString();
  const body = JSON.parse(text) as Problem;
  if (!check(body)) return ['refuses with a problem of another shape'];
  const faults: string[] = [];
  const status = Reflect.get(ERROR_STATUS, body.code) as number | undefined;
  if (body.status !== answer.status || (status !== answer.status && answer.status !== 431))
    faults.push(`${body.code} does not travel under ${answer.status}`);
  // Names of fields are the caller's own words, told back as paths.
  const told = JSON.stringify({ ...body, errors: body.errors?.map(({ message }) => message) });
  if (INSIDE.test(told)) faults.push('tells of the inside');
  if (JSON.stringify({ ...body, errors: [] }).includes(CANARY)) faults.push('repeats a value that was sent');
  const mayQuote = request.plan.operation.name.startsWith('PUT /api/v1/content/units/');
  if (!mayQuote && told.includes(CANARY)) faults.push('repeats a value that was sent among its errors');
  return faults;
}

/** On every answer (rule SE-4). */
function headerFaults(request: FuzzRequest, { headers }: FuzzAnswer): string[] {
  const faults: string[] = [];
  if (!headers['content-security-policy']?.includes("default-src 'self'")) faults.push('has no Content-Security-Policy');
  if (headers['x-content-type-options'] !== 'nosniff') faults.push('has no nosniff');
  if (headers['x-frame-options'] !== 'DENY') faults.push('may be framed');
  if (headers['referrer-policy'] !== 'no-referrer') faults.push('lets addresses out');
  if (headers['x-powered-by'] !== undefined || headers['server'] !== undefined) faults.push('tells what it runs on');
  if (headers[SERVER_HEADER] === undefined && request.target.startsWith('/api/')) faults.push('does not say that it is ours');
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'idempotency-key' && value.includes(CANARY)) faults.push(`repeats in ${name} what was sent`);
  }
  return faults;
}
