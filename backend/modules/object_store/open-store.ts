import { join } from 'node:path';
import { type Config, type Ids, type S3Settings, StartError } from '../infrastructure/public.ts';
import { createDiskStore } from './disk-store.ts';
import type { ObjectStore } from './models.ts';

/**
 * The store that the settings name: a bucket, or the folder `objects` in `dataDir`.
 * @throws {StartError} for a bucket that cannot be used, with what to mend.
 */
export async function openObjectStore({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>, ids: Ids): Promise<ObjectStore> {
  if (s3 === null) return createDiskStore(join(dataDir, 'objects'), ids);
  // The SDK is large; who keeps objects in a folder does without.
  const { createS3Store } = await import('./s3-store.ts');
  const store = createS3Store(s3);
  await store.tryOut().catch((error: unknown) => {
    throw new StartError(`The bucket "${s3.bucket}" named by S3_BUCKET cannot be used: ${reasonOf(error, s3)}`, { cause: error });
  });
  return store;
}

/** Why, without the key. The SDK names S3's own error codes and Node's alike. */
function reasonOf(error: unknown, { endpoint, region }: S3Settings): string {
  const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const where = endpoint === null ? 'Amazon S3' : 'the server at S3_ENDPOINT';
  if (name === 'NoSuchBucket' || status === 404) return `${where} has no bucket of this name. Create it first.`;
  if (name === 'InvalidAccessKeyId' || name === 'SignatureDoesNotMatch')
    return `${where} refuses the key. Check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.`;
  if (name === 'RequestTimeTooSkewed') return 'the clock of this machine is wrong. Set it.';
  if (status === 301 || name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed')
    return `it is not in the region "${region}". Check S3_REGION.`;
  if (status === 403) return `${where} does not let this key list, write and delete in it. Give it those rights.`;
  if (status === undefined && (code === 'ENOTFOUND' || code === 'EAI_AGAIN'))
    return `the host name of ${where} is not known. Check S3_ENDPOINT.`;
  if (status === undefined) return `nothing that speaks S3 answers at ${where}. Check S3_ENDPOINT.`;
  return `${where} answered ${name ?? 'with an error'} (${status}). Check the settings S3_*.`;
}
