import { TransportError, type Http, type HttpReply, type HttpRequest } from '../models.ts';

interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}
/** What is used of a `Response`; the browser's and Expo's both have it. */
export interface FetchReply {
  status: number;
  headers: { forEach(callback: (value: string, name: string) => void): void };
  body: { getReader(): BodyReader } | null;
}
export interface FetchOptions {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  /** Followed by itself, a write would become a GET and the token would go to an address that nobody asked. */
  redirect: 'manual';
}
export interface HttpOptions {
  fetch(url: string, options: FetchOptions): Promise<FetchReply>;
  /** Goes before a `url` that is a path; empty where the page came from the server. */
  baseUrl: string;
  /** Aborted when this app must not speak any more: another tab took over (rule OB-7). */
  stopped?: AbortSignal;
}

const STATUSES_WITHOUT_BODY = new Set([204, 304]);

/** `Http` over any fetch. Reads the body as a stream, so that `maxBytes` and the time-out hold for the whole answer. */
export function createHttp({ fetch, baseUrl, stopped }: HttpOptions): Http {
  return {
    async send(request) {
      const stop = stopSignals(request, stopped);
      try {
        return await stop.race(exchange(fetch, baseUrl, request, stop.signal));
      } catch (error) {
        stop.abandon();
        throw stop.reason() ?? (error instanceof TransportError ? error : new TransportError('offline', String(error)));
      } finally {
        stop.end();
      }
    },
  };
}

async function exchange(
  fetch: HttpOptions['fetch'],
  baseUrl: string,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const reply = await fetch(request.url.startsWith('/') ? baseUrl + request.url : request.url, {
    method: request.method,
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
    signal,
    redirect: 'manual',
  });
  const headers: Record<string, string> = {};
  reply.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  const body = reply.body ? await readAll(reply.body.getReader(), request.maxBytes ?? Infinity) : new Uint8Array(0);
  checkLength(reply.status, headers, body.byteLength);
  return { status: reply.status, headers, body };
}

async function readAll(reader: BodyReader, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new TransportError('cut', String(error));
    });
    if (done) break;
    if (!value) continue;
    length += value.byteLength;
    if (length > maxBytes) {
      void reader.cancel().catch(() => undefined);
      throw new TransportError('offline', `the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/**
 * A reply that broke off before its body was first read passes for a whole one on Android. The length of a compressed body is not
 * that of what was read.
 */
function checkLength(status: number, headers: Readonly<Record<string, string>>, length: number): void {
  const promised = headers['content-length'];
  if (promised === undefined || 'content-encoding' in headers || STATUSES_WITHOUT_BODY.has(status)) return;
  if (length < Number(promised)) throw new TransportError('cut', `${length} of ${promised} bytes`);
}

/** Time-out, the caller's signal and the app's own stop, as one; a fetch that ignores its signal is left behind, not waited for. */
function stopSignals(request: HttpRequest, stopped: AbortSignal | undefined) {
  const controller = new AbortController();
  let reason: TransportError | null = null;
  let refuse: (error: TransportError) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  refused.catch(() => undefined);

  const stop = (why: 'timeout' | 'aborted'): void => {
    reason ??= new TransportError(why);
    refuse(reason);
    controller.abort();
  };
  const abort = (): void => stop('aborted');
  const signals = [request.signal, stopped].filter((signal) => signal !== undefined);
  const timer = setTimeout(() => stop('timeout'), request.timeoutMs);
  for (const signal of signals) {
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  }

  return {
    signal: controller.signal,
    reason: () => reason,
    /** Nobody waits for the rest any more: without this, iOS would go on receiving it. */
    abandon: () => controller.abort(),
    race: <T>(work: Promise<T>): Promise<T> => {
      work.catch(() => undefined);
      return Promise.race([work, refused]);
    },
    end() {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}
