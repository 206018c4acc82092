import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerHeaders, JSON_CONTENT_TYPE, matchesEtag } from './conditional.ts';
import type { ShortAnswered } from './request-record.ts';

/**
 * Answers one kind of reading before the framework sees it, in the same words: two thirds of what such an answer costs is the
 * framework's own (decision 0017). Whatever is not quite ordinary is left to the framework.
 */
export interface Shortcut {
  /** The address, without its query. */
  path: string;
  /** null = the framework shall answer. */
  answer(query: string, headers: IncomingHttpHeaders): Promise<ShortAnswer | null>;
}

export interface ShortAnswer {
  etag: string;
  /** JSON, asked for only where the caller has no copy. */
  encode(): string;
}

export interface ShortcutDeps {
  shortcut: Shortcut;
  /** What every answer of the API carries. */
  headers: Readonly<Record<string, string>>;
  /** No longer once the server closes: the framework says so in its own way. */
  isOpen(): boolean;
  /** Told after each answer. */
  record(answered: ShortAnswered): void;
}

/** Headers that ask for something that only the framework knows about. */
const UNUSUAL = ['content-encoding', 'content-length', 'transfer-encoding', 'expect', 'upgrade'] as const;

export function withShortcut(framework: RequestListener, deps: ShortcutDeps): RequestListener {
  const { shortcut, isOpen } = deps;
  const start = `${shortcut.path}?`;
  const fixed = Object.entries(deps.headers).flat();

  async function tryShortcut(request: IncomingMessage, response: ServerResponse, query: string): Promise<boolean> {
    const begunAtMs = performance.now();
    const answer = await shortcut.answer(query, request.headers);
    // The caller may have gone, or the server begun to close, while the person was looked up.
    if (answer === null || !isOpen() || request.destroyed) return false;
    const status = send(request, response, answer);
    deps.record({ request, method: 'GET', route: shortcut.path, status, ms: performance.now() - begunAtMs });
    return true;
  }

  function send(request: IncomingMessage, response: ServerResponse, { etag, encode }: ShortAnswer): number {
    const headers = [...fixed, ...answerHeaders(etag)];
    if (matchesEtag(request.headers['if-none-match'], etag)) {
      response.writeHead(304, headers).end();
      return 304;
    }
    const json = encode();
    headers.push('content-type', JSON_CONTENT_TYPE, 'content-length', String(Buffer.byteLength(json)));
    // As text it leaves in one piece with the head.
    response.writeHead(200, headers).end(json);
    return 200;
  }

  return (request, response) => {
    const { url = '' } = request;
    const isOurs = request.method === 'GET' && url.startsWith(start) && isOpen() && isUsual(request.headers);
    if (!isOurs) return framework(request, response);
    tryShortcut(request, response, url.slice(start.length)).then(
      (done) => done || framework(request, response),
      () => framework(request, response),
    );
  };
}

const isUsual = (headers: IncomingHttpHeaders): boolean => UNUSUAL.every((name) => headers[name] === undefined);
