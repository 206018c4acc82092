import { mkdir, open, readFile } from 'node:fs/promises';
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
  const kept = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StartError(`${path} cannot be read: check its permissions.`);
  });
  if (kept !== null) return { credentials: parse(kept, path), path, isNew: false };
  const credentials = {
    email: `publisher-${ids.randomBytes(NAME_BYTES).toString('hex')}@haversack.invalid`,
    password: ids.randomBytes(PASSWORD_BYTES).toString('base64url'),
  };
  await mkdir(dataDir, { recursive: true });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
  await file.sync();
  await file.close();
  return { credentials, path, isNew: true };
}

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
