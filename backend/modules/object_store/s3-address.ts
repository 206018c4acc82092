import { createHash, createHmac } from 'node:crypto';
import type { S3Settings } from '../infrastructure/public.ts';
import type { DirectAddresses } from './models.ts';

export const keyOf = (objectId: string): string => `objects/${objectId}`;

/**
 * Presigned GET addresses by AWS Signature Version 4, for the address that devices reach. Ours and not the SDK's, which can
 * only promise one: a page of the feed signs hundreds, and asks nobody (rule CT-7). A test holds them against the SDK's.
 */
export function createS3Addresses(settings: S3Settings): DirectAddresses {
  const { region, accessKeyId, secretAccessKey } = settings;
  const bucketUrl = publicUrlOf(settings);
  const path = (objectId: string): string => `${bucketUrl.pathname === '/' ? '' : bucketUrl.pathname}/${keyOf(objectId)}`;
  let keyOfDay: { day: string; key: Buffer } | null = null;

  const signingKey = (day: string): Buffer => {
    if (keyOfDay?.day !== day) {
      const parts = [day, region, 's3', 'aws4_request'];
      keyOfDay = { day, key: parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`)) };
    }
    return keyOfDay.key;
  };

  return {
    origin: bucketUrl.origin,
    sign(objectId, contentType, { signedAtMs, lifetimeMs }) {
      const time = new Date(signedAtMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const day = time.slice(0, 8);
      const scope = `${day}/${region}/s3/aws4_request`;
      // In the order of the canonical request, which is that of the names.
      const query = Object.entries({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
        'X-Amz-Credential': `${accessKeyId}/${scope}`,
        'X-Amz-Date': time,
        'X-Amz-Expires': String(lifetimeMs / 1000),
        'X-Amz-SignedHeaders': 'host',
        'response-content-type': contentType,
        'x-id': 'GetObject',
      })
        .map(([name, value]) => `${name}=${encode(value)}`)
        .join('&');
      const request = ['GET', path(objectId), query, `host:${bucketUrl.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
      const signed = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(request).digest('hex')].join('\n');
      const signature = hmac(signingKey(day), signed).toString('hex');
      return `${bucketUrl.origin}${path(objectId)}?${query}&X-Amz-Signature=${signature}`;
    },
  };
}

/** The bucket as devices reach it: in the path, or in the host name. */
function publicUrlOf({ endpoint, publicEndpoint, region, bucket, forcePathStyle }: S3Settings): URL {
  const url = new URL(publicEndpoint ?? endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (forcePathStyle) url.pathname = `/${bucket}`;
  else url.hostname = `${bucket}.${url.hostname}`;
  return url;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 3986, as the signature wants it: encodeURIComponent leaves five characters too many. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
