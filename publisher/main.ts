import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SignInBody, type UnitVersion } from '@haversack/contract';
import Value from 'typebox/value';
import { checkUnitFolder, type PreparedUnit } from './check.ts';
import { describeFault, type Fault } from './faults.ts';
import { makeMedia } from './media/make-media.ts';
import { makeNewUnit } from './new-unit.ts';
import { publishUnit, type Published } from './publish.ts';
import { listAllVersions, readUnitId, rollBack } from './rollback.ts';
import { connect, realNetwork, Refusal, Unreachable, type Credentials } from './server.ts';

const USAGE = `usage:
  node publisher/main.ts check <folder…>                     name every fault of the units
  node publisher/main.ts publish <folder…> --server <url> [--credentials <file>]
                                                             check, then send the units that changed
  node publisher/main.ts versions <folder or id> --server <url> [--credentials <file>]
                                                             list what was published of a unit
  node publisher/main.ts rollback <folder or id> --to <version> --server <url> [--credentials <file>]
                                                             publish an earlier version again, as the next one
  node publisher/main.ts media <folder…> [--all]             make pictures and audio from their sources
  node publisher/main.ts new <folder>                        begin a unit of your own
A folder is a unit (it holds unit.yaml) or holds units. Credentials: a JSON file {"email", "password"}, or the variables
PUBLISHER_EMAIL and PUBLISHER_PASSWORD.`;

/** A mistake of the person who calls; its message says what to do. */
class UsageError extends Error {}

async function main(args: string[]): Promise<number> {
  const options = {
    all: { type: 'boolean' },
    server: { type: 'string' },
    credentials: { type: 'string' },
    to: { type: 'string' },
  } as const;
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [command, ...given] = positionals;
  if (given.length === 0) throw new UsageError(USAGE);
  if (command === 'new') {
    for (const folder of given) makeNewUnit(folder);
    return 0;
  }
  if (command === 'versions' || command === 'rollback') return goBack(command, given, values);
  const folders = given.flatMap(unitFolders);
  if (command === 'media') {
    for (const folder of folders) makeMedia(folder, { all: values.all ?? false, log: console.log });
    return 0;
  }
  if (command !== 'check' && command !== 'publish') throw new UsageError(USAGE);
  if (command === 'publish' && values.server === undefined) throw new UsageError('--server <url> is missing');
  const { units, faultCount } = await checkAll(folders);
  if (command === 'publish' && values.server !== undefined) {
    return (await publishAll(units, values.server, readCredentials(values.credentials))) && faultCount === 0 ? 0 : 1;
  }
  for (const unit of units) console.log(`${unit.folder}: ${unit.body.title}: sound (${describeContents(unit)})`);
  return faultCount === 0 ? 0 : 1;
}

async function goBack(
  command: 'versions' | 'rollback',
  given: string[],
  values: { server?: string; credentials?: string; to?: string },
): Promise<number> {
  const unit = readUnitId(given[0] ?? '');
  if (given.length > 1) throw new UsageError(`"${command}" takes one unit`);
  if (unit.id === null) throw new UsageError(unit.why);
  const to = Number(values.to ?? NaN);
  if (command === 'rollback' && !(Number.isInteger(to) && to > 0))
    throw new UsageError('--to <version> is missing, or is no number');
  if (values.server === undefined) throw new UsageError('--server <url> is missing');
  const server = connect(values.server, realNetwork);
  await server.signIn(readCredentials(values.credentials));
  try {
    if (command === 'versions') {
      for (const version of await listAllVersions(server, unit.id)) console.log(describeVersion(version));
    } else {
      const { version, title, wasThere } = await rollBack(server, unit.id, to);
      console.log(
        wasThere
          ? `${title}: is as version ${to} already (version ${version})`
          : `${title}: published version ${version}, as version ${to} was`,
      );
    }
  } finally {
    await server.signOut();
  }
  return 0;
}

function describeVersion({ version, title, published_at, download_size_bytes }: UnitVersion): string {
  return `${version}  ${published_at.slice(0, 16).replace('T', ' ')}  ${(download_size_bytes / 1e6).toFixed(1)} MB  ${title}`;
}

/** The unit itself, or the units inside a folder that is none. */
function unitFolders(folder: string): string[] {
  if (existsSync(join(folder, 'unit.yaml')) || !existsSync(folder) || !statSync(folder).isDirectory()) return [folder];
  const inside = readdirSync(folder).map((name) => join(folder, name));
  const units = inside.filter((path) => existsSync(join(path, 'unit.yaml')));
  return units.length > 0 ? units : [folder];
}

/** Checks every folder, telling its faults on standard error; a faulty unit does not keep the others back. */
async function checkAll(folders: string[]): Promise<{ units: PreparedUnit[]; faultCount: number }> {
  const units: PreparedUnit[] = [];
  const faults: Fault[] = [];
  for (const folder of folders) {
    const result = await checkUnitFolder(folder);
    if (!result.ok) faults.push(...result.faults);
    else if (units.some(({ body }) => body.id === result.unit.body.id)) {
      faults.push({ file: join(folder, 'unit.yaml'), line: 1, message: 'another of these folders has the same id' });
    } else units.push(result.unit);
  }
  tell(faults);
  return { units, faultCount: faults.length };
}

function tell(faults: Fault[]): void {
  for (const fault of faults) console.error(describeFault(fault));
}

/** Returns whether every unit is now on the server as it is in its folder. */
async function publishAll(units: PreparedUnit[], serverUrl: string, credentials: Credentials): Promise<boolean> {
  if (units.length === 0) return true;
  const server = connect(serverUrl, realNetwork);
  await server.signIn(credentials);
  let isAllWell = true;
  for (const unit of units) {
    const published = await publishUnit(server, unit, (sent, total) => showProgress(unit, sent, total));
    if (published.result === 'refused') tell(published.faults);
    else console.log(`${clearLine}${unit.folder}: ${unit.body.title}: ${describePublished(published)}`);
    isAllWell &&= published.result !== 'refused';
  }
  await server.signOut();
  return isAllWell;
}

const clearLine = process.stdout.isTTY ? '\r\u001b[K' : '';

function showProgress(unit: PreparedUnit, sent: number, total: number): void {
  if (process.stdout.isTTY) process.stdout.write(`${clearLine}${unit.folder}: sending file ${sent + 1} of ${total}`);
}

function describePublished(published: Exclude<Published, { result: 'refused' }>): string {
  if (published.result === 'unchanged') return `unchanged (version ${published.version})`;
  const sent = `${published.filesSent} files, ${(published.bytesSent / 1e6).toFixed(1)} MB sent`;
  return `published version ${published.version} (${sent})`;
}

function describeContents({ body, files }: PreparedUnit): string {
  const exercises = body.lessons.reduce((sum, { payload }) => sum + payload.exercises.length, 0);
  const megabytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 1e6;
  return `${body.lessons.length} lessons, ${exercises} exercises, ${files.length} files, ${megabytes.toFixed(1)} MB`;
}

function readCredentials(file: string | undefined): Credentials {
  const { PUBLISHER_EMAIL: email, PUBLISHER_PASSWORD: password } = process.env;
  if (file === undefined && email && password) return { email, password };
  if (file === undefined) throw new UsageError('give --credentials <file>, or PUBLISHER_EMAIL and PUBLISHER_PASSWORD');
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} cannot be read as JSON {"email": …, "password": …}`);
  }
  if (Value.Check(SignInBody, read)) return read;
  throw new UsageError(`${file} must hold {"email": …, "password": …}`);
}

function describeFailure(error: unknown): string {
  if (error instanceof Refusal && error.problem.status === 401)
    return 'the server does not accept this e-mail address and password';
  if (error instanceof Refusal && error.problem.errors?.length)
    return `${error.message} ${error.problem.errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}`;
  if (error instanceof Refusal || error instanceof Unreachable || error instanceof UsageError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
