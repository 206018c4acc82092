import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type S3Settings, UnavailableError } from '../infrastructure/public.ts';
import { isObjectId, type ListedObject, type ObjectStore } from './models.ts';
import { createS3Addresses, keyOf } from './s3-address.ts';
import { verified } from './verified.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const SILENCE_TIMEOUT_MS = 60_000;

export interface S3Store extends ObjectStore {
  /** Writes and deletes a trifle. @throws what the server said, or that it cannot be reached. */
  tryOut(): Promise<void>;
  close(): void;
}

/**
 * Objects in a bucket of its own, under `objects/<sha256>`. One PUT each: S3 shows an object whole or not at all, so an upload
 * that dies leaves nothing, and there is nothing to sweep. The last bytes are held back until the hash of all is known to be
 * that of the name, and the hash is signed into the request, so that the server checks it as well.
 */
export function createS3Store(settings: S3Settings): S3Store {
  const { bucket: Bucket } = settings;
  const client = createClient(settings);
  const at = (objectId: string): { Bucket: string; Key: string } => {
    if (!isObjectId(objectId)) throw new Error('not an object id');
    return { Bucket, Key: keyOf(objectId) };
  };

  async function sizeOf(objectId: string): Promise<number | null> {
    try {
      return (await client.send(new HeadObjectCommand(at(objectId)))).ContentLength ?? 0;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
      throw unavailable(error);
    }
  }

  return {
    direct: createS3Addresses(settings),
    async put(objectId, bytes, sizeBytes) {
      const known = await sizeOf(objectId);
      if (known !== null) {
        await exhaust(verified(objectId, bytes));
        return { sizeBytes: known, created: false };
      }
      const upload: Upload = { client, target: at(objectId), objectId };
      if (sizeBytes === null || sizeBytes === 0) return { sizeBytes: await spool(upload, bytes), created: true };
      await send(upload, bytes, sizeBytes);
      return { sizeBytes, created: true };
    },
    async stat(objectId) {
      const sizeBytes = await sizeOf(objectId);
      return sizeBytes === null ? null : { sizeBytes };
    },
    read(objectId, range) {
      const out = new PassThrough();
      const Range = range === null ? {} : { Range: `bytes=${range.start}-${range.end}` };
      client
        .send(new GetObjectCommand({ ...at(objectId), ...Range }))
        .then(({ Body }) => pipeline(Body as Readable, out))
        .catch((error: unknown) => out.destroy(unavailable(error)));
      return out;
    },
    async remove(objectId) {
      await client.send(new DeleteObjectCommand(at(objectId))).catch((error: unknown) => {
        throw unavailable(error);
      });
    },
    list: () => listObjects(client, Bucket),
    async check() {
      await client.send(new HeadBucketCommand({ Bucket })).catch((error: unknown) => {
        throw unavailable(error);
      });
    },
    async tryOut() {
      const trifle = { Bucket, Key: 'haversack-start-check' };
      await client.send(new ListObjectsV2Command({ Bucket, Prefix: trifle.Key }));
      await client.send(new PutObjectCommand({ ...trifle, Body: 'can be written' }));
      await client.send(new DeleteObjectCommand(trifle));
    },
    close: () => client.destroy(),
  };
}

function createClient(settings: S3Settings): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle } = settings;
  return new S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle,
    maxAttempts: 3,
    // The newer trailing checksums are Amazon's alone; ours is signed in.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
  });
}

interface Upload {
  client: S3Client;
  target: { Bucket: string; Key: string };
  objectId: string;
}

/** Sends what is as long as it says. A fault of the bytes breaks the request off before its end. */
async function send({ client, target, objectId }: Upload, bytes: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<void> {
  const abort = new AbortController();
  let fault: Error | null = null;
  const body = Readable.from(verified(objectId, bytes), { objectMode: false });
  body.once('error', (error) => {
    fault = error;
    abort.abort();
  });
  const command = new PutObjectCommand({
    ...target,
    Body: body,
    ContentLength: sizeBytes,
    ContentType: 'application/octet-stream',
    CacheControl: 'private, max-age=900, immutable',
  });
  signPayloadHash(command, objectId);
  try {
    await client.send(command, { abortSignal: abort.signal });
  } catch (error) {
    throw fault ?? unavailable(error);
  } finally {
    body.destroy();
  }
}

/** S3 wants the length first. What comes without one waits in a file, and is known to be right before it is sent. */
async function spool(upload: Upload, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'haversack-upload-'));
  try {
    const path = join(folder, 'object');
    await pipeline(verified(upload.objectId, bytes), createWriteStream(path));
    const file = await openAsBlob(path);
    await send(upload, file.stream(), file.size);
    return file.size;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts the hash that the bytes must have under the signature, instead of "unsigned". */
function signPayloadHash(command: PutObjectCommand, objectId: string): void {
  const addHeader = <Args extends { request: unknown }>(args: Args): Args => {
    (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = objectId;
    return args;
  };
  command.middlewareStack.add((next) => (args) => next(addHeader(args)), { step: 'build', name: 'signPayloadHash' });
}

async function* listObjects(client: S3Client, Bucket: string): AsyncGenerator<ListedObject[]> {
  let ContinuationToken: string | undefined;
  do {
    const wanted = { Bucket, Prefix: keyOf(''), ...(ContinuationToken === undefined ? {} : { ContinuationToken }) };
    const page = await client.send(new ListObjectsV2Command(wanted)).catch((error: unknown) => {
      throw unavailable(error);
    });
    yield (page.Contents ?? []).flatMap(({ Key = '', Size = 0, LastModified }) => {
      const id = Key.slice(keyOf('').length);
      return isObjectId(id) && LastModified ? [{ id, sizeBytes: Size, modifiedAtMs: LastModified.getTime() }] : [];
    });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

async function exhaust(bytes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of bytes);
}

/** Whatever the server at the other end says no to is ours to mend, never the caller's. */
const unavailable = (error: unknown): UnavailableError =>
  new UnavailableError('the object store cannot be reached, or refuses', { cause: error });
