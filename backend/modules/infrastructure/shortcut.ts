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

  function tryShortcut(request: IncomingMessage, response: ServerResponse, query: string): Promise<boolean> | boolean {
    const begunAtMs = performance.now();
    const give = (answer: ShortAnswer | null): Promise<boolean> | boolean => {
      if (answer === null) return false;
      const ready = encode(request, answer);
      const send = (one: Ready | null): boolean => sendReady({ request, response, begunAtMs, kind: answer.kind }, one);
      return ready instanceof Promise ? ready.then(send) : send(ready);
    };
    const answer = shortcut.answer(query, request.headers);
    return answer instanceof Promise ? answer.then(give) : give(answer);
  }

  function sendReady({ request, response, begunAtMs, kind }: Exchange, ready: Ready | null): boolean {
    // The caller may have gone, or the server begun to close, while the answer was made.
    if (ready === null || !isOpen() || request.destroyed) return false;
    const { status, headers, body } = ready;
    response.writeHead(status, [...fixed, ...headers]);
    // A text leaves in one piece with the head.
    if (Array.isArray(body)) writeBuffers(response, body);
    else response.end(body);
    const ms = performance.now() - begunAtMs;
    record.ended({ request, method: 'GET', route: shortcut.path, status, kind: status === 304 ? 'not_modified' : kind, ms });
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
    const done = tryShortcut(request, response, url.slice(start.length));
    if (done instanceof Promise) done.then((isDone) => isDone || leave(), leave);
    else if (!done) leave();
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  begunAtMs: number;
  kind: string;
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
