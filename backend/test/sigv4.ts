import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';

export interface SigningKey {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}
type Verdict = 'genuine' | 'AccessDenied' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch';

/**
 * Whether a request bears the signature that the SDK's own signer gives it, in its headers or in its address, and in time.
 * Nothing goes without one, as in every bucket that is not public.
 */
export async function verifySigV4(request: IncomingMessage, key: SigningKey): Promise<Verdict> {
  const url = new URL(request.url ?? '', 'http://s3');
  const query = Object.fromEntries(url.searchParams);
  if ([...url.searchParams].length !== Object.keys(query).length) return 'AccessDenied';
  if (request.headers.authorization !== undefined) return verifyHeader(request, url.pathname, query, key);
  return query['X-Amz-Signature'] === undefined ? 'AccessDenied' : verifyAddress(request, url.pathname, query, key);
}

type Query = Record<string, string>;

async function verifyHeader(request: IncomingMessage, path: string, query: Query, key: SigningKey): Promise<Verdict> {
  const { authorization = '' } = request.headers;
  const [, accessKeyId, names = ''] = /Credential=([^/]+)\/.*SignedHeaders=([^,]+),/.exec(authorization) ?? [];
  if (accessKeyId !== key.accessKeyId) return 'InvalidAccessKeyId';
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])]));
  const signingDate = timeOf(headers['x-amz-date']);
  if (Math.abs(Date.now() - signingDate.getTime()) > SKEW_MAX_MS) return 'AccessDenied';
  const signer = new SignatureV4({ ...signerOptions(key), service: 's3', uriEscapePath: false, applyChecksum: false });
  const signed = await signer.sign({ ...requestOf(request, path), query, headers }, { signingDate });
  return signed.headers['authorization'] === authorization ? 'genuine' : 'SignatureDoesNotMatch';
}

async function verifyAddress(request: IncomingMessage, path: string, given: Query, key: SigningKey): Promise<Verdict> {
  if (given['X-Amz-Credential']?.split('/')[0] !== key.accessKeyId) return 'InvalidAccessKeyId';
  const signingDate = timeOf(given['X-Amz-Date']);
  const expiresIn = Number(given['X-Amz-Expires']);
  const endsAtMs = signingDate.getTime() + expiresIn * 1000;
  if (!(Date.now() < endsAtMs) || expiresIn > WEEK_SECONDS) return 'AccessDenied';
  const query = Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith('X-Amz-')));
  const wanted = { ...requestOf(request, path), query, headers: { host: String(request.headers.host) } };
  const signed = await new S3RequestPresigner(signerOptions(key)).presign(wanted, { signingDate, expiresIn });
  const spell = (some: object): string => JSON.stringify(Object.entries(some).sort());
  return spell(signed.query ?? {}) === spell(given) ? 'genuine' : 'SignatureDoesNotMatch';
}

const SKEW_MAX_MS = 15 * 60_000;
const WEEK_SECONDS = 7 * 24 * 60 * 60;

const timeOf = (text = ''): Date => new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

function requestOf({ method = '' }: IncomingMessage, path: string) {
  return { method, protocol: 'http:', hostname: 's3', path };
}

function signerOptions({ region, ...credentials }: SigningKey) {
  return { region, credentials, sha256: Sha256 };
}

/** As the signer takes it: a hash, or a keyed one. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(chunk: Uint8Array | string): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('each hash is used once');
  }
}

function bytesOf(secret: string | ArrayBuffer | ArrayBufferView): Uint8Array | string {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}
