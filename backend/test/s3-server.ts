import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Settings } from '../modules/infrastructure/public.ts';
import { verifySigV4 } from './sigv4.ts';

/** An S3-speaking server of its own, with one bucket that browsers may read from. */
export interface TestS3 {
  settings: S3Settings;
  /** Requests so far. */
  requestCount(): number;
  close(): Promise<void>;
}

export async function startTestS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'haversack-s3-'));
  const bucket = 'units';
  const s3 = new S3rver({
    directory,
    silent: true,
    vhostBuckets: false,
    // It takes what has no signature for its owner's, and errs about addresses that end in a slash: we look ourselves.
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket, configs: [CORS] }],
  });
  await s3.configureBuckets();
  s3.logger.exceptions.unhandle();
  writeWholeOrNotAtAll(s3.store);
  const handle = s3.callback();
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    if (request.method === 'OPTIONS') return handle(request, response);
    void verifySigV4(request, KEY).then(
      (verdict) => (verdict === 'genuine' ? handle(request, response) : refuse(response, verdict)),
      () => refuse(response, 'AccessDenied'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: { endpoint, publicEndpoint: null, bucket, ...KEY, forcePathStyle: true },
    requestCount: () => count,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** s3rver knows this one key. */
const KEY = { region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

const CORS = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>
  <AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>Content-Range</ExposeHeader></CORSRule></CORSConfiguration>`;

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(403, { 'content-type': 'application/xml', connection: 'close' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`);
}

interface S3rverStore {
  putContent(path: string, content: unknown): Promise<unknown>;
}
interface S3rverServer {
  store: S3rverStore;
  logger: { exceptions: { unhandle(): void } };
  configureBuckets(): Promise<unknown>;
  callback(): RequestListener;
}
const require = createRequire(import.meta.url);
/** The package has no types of its own. */
const S3rver = require('@20minutes/s3rver') as new (options: object) => S3rverServer;
replaceDes(require('node:crypto') as Ciphers);

type Ciphers = Record<'createCipheriv' | 'createDecipheriv', (name: string, key: Buffer, iv: Buffer) => unknown>;

/** In what it says where the next page begins s3rver uses DES, which OpenSSL no longer has: its list would end after one page. */
function replaceDes(ciphers: Ciphers): void {
  for (const maker of ['createCipheriv', 'createDecipheriv'] as const) {
    const make = ciphers[maker];
    const twice = (bytes: Buffer): Buffer => Buffer.concat([bytes, bytes]);
    ciphers[maker] = (name, key, iv) => (name === 'des' ? make('aes-128-cbc', twice(key), twice(iv)) : make(name, key, iv));
  }
}

/** S3 never shows a part of an object; s3rver writes to the final name as the bytes come in. */
function writeWholeOrNotAtAll(store: S3rverStore): void {
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const temporary = `${path}.${process.hrtime.bigint()}`;
    try {
      const stored = await putContent(temporary, content);
      await rename(temporary, path);
      return stored;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
}
