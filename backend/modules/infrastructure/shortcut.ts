import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerHeaders, encodePage, JSON_CONTENT_TYPE, matchesEtag, writeBuffers } from './conditional.ts';
import type { JsonParts } from './json-pages.ts';
import type { ShortAnswered } from './request-record.ts';

/**
 * Answers one kind of reading before the framework sees it, in the same words: two thirds of what "nothing changed" costs is the
 * framework's own (decision 0017). Whatever is not quite ordinary is left to the framework.
 */
export interface Shortcut {
  /** The address, without its query. */
  path: string;
  /** null = the framework shall answer. */
  answer(query: string, headers: IncomingHttpHeaders): Promise<ShortAnswer | null>;
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
  /** Told before and after each answer; of what is left to the framework, that it is. */
  record: { begun(): void; ended(answered: ShortAnswered): void; leftOff(): void };
}

/** Headers that ask for something that only the framework knows about. */
const UNUSUAL = ['content-encoding', 'content-length', 'transfer-encoding', 'expect', 'upgrade'] as const;
const NOT_KEPT = ['cache-control', 'no-store'] as const;

export function withShortcut(framework: RequestListener, deps: ShortcutDeps): RequestListener {
  const { shortcut, isOpen, record } = deps;
  const start = `${shortcut.path}?`;
  const fixed = Object.entries(deps.headers).flat();

  async function tryShortcut(request: IncomingMessage, response: ServerResponse, query: string): Promise<boolean> {
    const begunAtMs = performance.now();
    const answer = await shortcut.answer(query, request.headers);
    if (answer === null) return false;
    const encoded = encode(request, answer);
    const ready = encoded instanceof Promise ? await encoded : encoded;
    // The caller may have gone, or the server begun to close, while the answer was made.
    if (ready === null || !isOpen() || request.destroyed) return false;
    const { status, headers, body } = ready;
    response.writeHead(status, [...fixed, ...headers]);
    // A text leaves in one piece with the head.
    if (Array.isArray(body)) writeBuffers(response, body);
    else response.end(body);
    const kind = status === 304 ? 'not_modified' : answer.kind;
    record.ended({ request, method: 'GET', route: shortcut.path, status, kind, ms: performance.now() - begunAtMs });
    return true;
  }

  return (request, response) => {
    const { url = '' } = request;
    const isOurs = request.method === 'GET' && url.startsWith(start) && isOpen() && isUsual(request.headers);
    if (!isOurs) return framework(request, response);
    record.begun();
    const leave = (): void => {
      record.leftOff();
      framework(request, response);
    };
    tryShortcut(request, response, url.slice(start.length)).then((done) => done || leave(), leave);
  };
}

const isUsual = (headers: IncomingHttpHeaders): boolean => UNUSUAL.every((name) => headers[name] === undefined);

interface Ready {
  status: 200 | 304;
  /** Names and values in turn. */
  headers: readonly string[];
  body: string | readonly Buffer[] | undefined;
}

function encode({ headers: asked }: IncomingMessage, { etag, encode: encodeBody }: ShortAnswer): Ready | Promise<Ready | null> {
  const headers = etag === null ? NOT_KEPT : answerHeaders(etag);
  if (etag !== null && matchesEtag(asked['if-none-match'], etag)) return { status: 304, headers, body: undefined };
  const json = encodeBody();
  if (typeof json !== 'string') return encodeParts(json, headers, asked['accept-encoding']);
  const length = String(Buffer.byteLength(json));
  return { status: 200, headers: [...headers, 'content-type', JSON_CONTENT_TYPE, 'content-length', length], body: json };
}

async function encodeParts(parts: JsonParts, headers: readonly string[], accepted: string | undefined): Promise<Ready | null> {
  const page = await encodePage(parts, accepted);
  return page === null ? null : { status: 200, headers: [...headers, ...page.headers], body: page.buffers };
}
