import { StartError } from './models.ts';

/** Where objects are kept when not in a folder: a bucket of this installation's own. */
export interface S3Settings {
  /** Base address of an S3-speaking server; null = Amazon's own of the region. */
  endpoint: string | null;
  /** The same server as learners' devices reach it; null = as we do. */
  publicEndpoint: string | null;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** The bucket is named in the path instead of the host name. */
  forcePathStyle: boolean;
}

const NAMES = [
  'S3_BUCKET',
  'S3_ENDPOINT',
  'S3_PUBLIC_ENDPOINT',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_FORCE_PATH_STYLE',
] as const;
type Name = (typeof NAMES)[number];

/**
 * Reads the settings `S3_*`; null where none is set.
 * @throws {StartError} for one that is missing, misspelt or of the wrong form; never with a key in its words.
 */
export function loadS3Settings(env: NodeJS.ProcessEnv): S3Settings | null {
  const given = Object.keys(env).filter((name) => name.startsWith('S3_') && env[name]?.trim());
  if (given.length === 0) return null;
  const unknown = given.filter((name) => !(NAMES as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new StartError(`${unknown.join(', ')}: there is no such setting. Those of S3 are ${NAMES.join(', ')}.`);
  const text = (name: Name): string | null => env[name]?.trim() || null;
  const needed = (name: Name): string => {
    const value = text(name);
    if (value !== null) return value;
    throw new StartError(
      `${given.join(', ')}: to keep objects on S3, set ${name} too; to keep them in DATA_DIR, set none of S3_*.`,
    );
  };
  const endpoint = address('S3_ENDPOINT', text('S3_ENDPOINT'));
  return {
    bucket: needed('S3_BUCKET'),
    accessKeyId: needed('S3_ACCESS_KEY_ID'),
    secretAccessKey: needed('S3_SECRET_ACCESS_KEY'),
    endpoint,
    publicEndpoint: address('S3_PUBLIC_ENDPOINT', text('S3_PUBLIC_ENDPOINT')),
    region: text('S3_REGION') ?? 'us-east-1',
    forcePathStyle: pathStyle(text('S3_FORCE_PATH_STYLE'), endpoint),
  };
}

function address(name: Name, given: string | null): string | null {
  if (given === null) return null;
  const url = URL.canParse(given) ? new URL(given) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && /^\/?$/.test(url.pathname);
  if (url !== null && isPlain && url.search === '' && url.hash === '') return url.origin;
  throw new StartError(`${name} must be http:// or https:// with a host and perhaps a port, and nothing after it.`);
}

/** Amazon's own names the bucket in the host; servers set up by hand mostly cannot. */
function pathStyle(given: string | null, endpoint: string | null): boolean {
  if (given === null) return endpoint !== null;
  if (given === 'true' || given === '1') return true;
  if (given === 'false' || given === '0') return false;
  throw new StartError(`S3_FORCE_PATH_STYLE is "${given}", but must be true or false.`);
}
