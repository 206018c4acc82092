import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ids, StartError } from '../infrastructure/public.ts';

export interface Credentials {
  email: string;
  password: string;
}

const FILE_NAME = 'publisher.json';
const PASSWORD_BYTES = 24;
const NAME_BYTES = 4;

/**
 * The publisher's credentials of this data folder (`publisher.json`, mode 0600), made up at the first start.
 * @throws {StartError} when the file is there and cannot be used.
 */
export async function loadPublisherCredentials(
  dataDir: string,
  ids: Ids,
): Promise<{ credentials: Credentials; path: string; isNew: boolean }> {
  const path = join(dataDir, FILE_NAME);
  const kept = await readKept(path);
  if (kept !== null) return { credentials: kept, path, isNew: false };
  const credentials = {
    email: `publisher-${ids.randomBytes(NAME_BYTES).toString('hex')}@haversack.invalid`,
    password: ids.randomBytes(PASSWORD_BYTES).toString('base64url'),
  };
  await mkdir(dataDir, { recursive: true });
  if (await writeWhole(path, `${JSON.stringify(credentials, null, 2)}\n`, ids)) return { credentials, path, isNew: true };
  return { credentials: (await readKept(path)) ?? credentials, path, isNew: false };
}

async function readKept(path: string): Promise<Credentials | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw new StartError(`${path} cannot be read: check its permissions.`);
  });
  return text === null ? null : parse(text, path);
}

/** All of it or nothing, whoever else starts or dies meanwhile; false where somebody was quicker. */
async function writeWhole(path: string, text: string, ids: Ids): Promise<boolean> {
  const temporary = `${path}.${ids.uuid()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(temporary, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

function parse(text: string, path: string): Credentials {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'email' in value && 'password' in value) {
      const { email, password } = value;
      if (typeof email === 'string' && typeof password === 'string') return { email, password };
    }
  } catch {
    // Told below, with what to do.
  }
  throw new StartError(
    `${path} is damaged: it must hold {"email", "password"}. Mend it, or delete it to have a new publisher made.`,
  );
}
