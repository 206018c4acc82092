import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerHeaders, encodePage, JSON_CONTENT_TYPE, matchesEtag, writeBuffers } from './conditional.ts';
import type { JsonParts } from './json-pages.ts';
import type { ShortRecord } from './request-record.ts';

/**
 * Answers one kind of reading before the framework sees it, in the same words: two thirds of what "nothing changed" costs is the
 * framework's own (decision 0017). Whatever is not quite ordinary is left to the framework.
 */
export interface Shortcut {
  /** The address, without its query. */
  path: string;
  /** null = the framework shall answer. Without a promise where nothing need be asked: a turn of promises costs as much as the answer. */
  answer(query: string, headers: IncomingHttpHeaders): Promise<ShortAnswer | null> | ShortAnswer | null;
}

export interface ShortAnswer {
  /** Null where it may not be kept. */
  etag: string | null;
  /** JSON, asked for only where the caller has no copy. */
  encode(): string | JsonParts;
  /** What it is, for the metrics. */
  kind: string;
}

export interface ShortcutDeps {
  shortcut: Shortcut;
  /** What every answer of the API carries. */
  headers: Readonly<Record<string, string>>;
  /** No longer once the server closes: the framework says so in its own way. */
  isOpen(): boolean;
  record: ShortRecord;
}

/** Headers that ask for something that only the framework knows about. */
const UNUSUAL = ['content-encoding', 'content-length', 'transfer-encoding', 'expect', 'upgrade'] as const;
const NOT_KEPT = ['cache-control', 'no-store'] as const;

export function withShortcut(framework: RequestListener, deps: ShortcutDeps): RequestListener {
  const { shortcut, isOpen, record } = deps;
  const start = `${shortcut.path}?`;
  const fixed = Object.entries(deps.headers).flat();
  // One list for all answers that say "unchanged": each is written before the next is begun.
  const unchangedHeaders = [...fixed, ...answerHeaders('')];
  const etagAt = fixed.length + 1;

  function give(exchange: Exchange, answer: ShortAnswer | null): Promise<boolean> | boolean {
    if (answer === null) return false;
    const { etag, kind } = answer;
    if (etag !== null && matchesEtag(exchange.request.headers['if-none-match'], etag)) return giveUnchanged(exchange, etag);
    const page = encode(exchange.request, answer);
    return page instanceof Promise ? page.then((one) => givePage(exchange, one, kind)) : givePage(exchange, page, kind);
  }

  function giveUnchanged(exchange: Exchange, etag: string): boolean {
    if (!isWaiting(exchange)) return false;
    unchangedHeaders[etagAt] = etag;
    exchange.response.writeHead(304, unchangedHeaders).end();
    return ended(exchange, 304, 'not_modified');
  }

  function givePage(exchange: Exchange, page: Page | null, kind: string): boolean {
    if (page === null || !isWaiting(exchange)) return false;
    const { response } = exchange;
    response.writeHead(200, [...fixed, ...page.headers]);
    // A text leaves in one piece with the head.
    if (typeof page.body === 'string') response.end(page.body);
    else writeBuffers(response, page.body);
    return ended(exchange, 200, kind);
  }

  /** The caller may have gone, or the server begun to close, while the answer was made. */
  const isWaiting = ({ request }: Exchange): boolean => isOpen() && !request.destroyed;

  function ended({ request, begunAtMs }: Exchange, status: number, kind: string): true {
    record.ended({ request, begunAtMs, method: 'GET', route: shortcut.path, status, kind });
    return true;
  }

  function leave({ request, response }: Exchange): void {
    record.leftOff();
    framework(request, response);
  }

  return (request, response) => {
    const { url = '' } = request;
    const isOurs = request.method === 'GET' && url.startsWith(start) && isOpen() && isUsual(request.headers);
    if (!isOurs) return framework(request, response);
    const exchange = { request, response, begunAtMs: record.begun() };
    const answer = shortcut.answer(url.slice(start.length), request.headers);
    const done = answer instanceof Promise ? answer.then((one) => give(exchange, one)) : give(exchange, answer);
    if (done instanceof Promise)
      done.then(
        (isDone) => isDone || leave(exchange),
        () => leave(exchange),
      );
    else if (!done) leave(exchange);
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  begunAtMs: number;
}

const isUsual = (headers: IncomingHttpHeaders): boolean => UNUSUAL.every((name) => headers[name] === undefined);

interface Page {
  /** Names and values in turn. */
  headers: readonly string[];
  body: string | readonly Buffer[];
}

function encode({ headers: asked }: IncomingMessage, { etag, encode: encodeBody }: ShortAnswer): Page | Promise<Page | null> {
  const headers = etag === null ? NOT_KEPT : answerHeaders(etag);
  const json = encodeBody();
  if (typeof json !== 'string') return encodeParts(json, headers, asked['accept-encoding']);
  const length = String(Buffer.byteLength(json));
  return { headers: [...headers, 'content-type', JSON_CONTENT_TYPE, 'content-length', length], body: json };
}

async function encodeParts(parts: JsonParts, headers: readonly string[], accepted: string | undefined): Promise<Page | null> {
  const page = await encodePage(parts, accepted);
  return page === null ? null : { headers: [...headers, ...page.headers], body: page.buffers };
}
