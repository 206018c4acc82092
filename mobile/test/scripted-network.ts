import { type Http, type HttpReply, type HttpRequest, TransportError } from '../modules/infrastructure/models.ts';

/** What the network does to one request. */
export type NetworkFault =
  /** Never reaches the server. */
  | { kind: 'lost_before' }
  /** The server did it, and nobody hears of it. */
  | { kind: 'lost_after' }
  /** The answer breaks off; the transport notices. */
  | { kind: 'cut' }
  /** The answer breaks off so that the transport does not notice. */
  | { kind: 'truncated'; keepBytes: number }
  | { kind: 'timeout' }
  /** A reply of somebody else: a portal, a proxy, a CDN. The server is not asked. */
  | { kind: 'reply'; reply: HttpReply }
  /** Held back until `release` is called. */
  | { kind: 'held'; until: Promise<void> };

export interface ScriptedNetwork extends Http {
  /** Every request that was made, the oldest first. */
  readonly log: HttpRequest[];
  /** Nothing gets through while true. */
  isDown: boolean;
  /** The next requests that fit meet these, one each, in order. */
  next(fits: string | RegExp, ...faults: NetworkFault[]): void;
  /** Every request that fits meets this until it is lifted; the result lifts it. */
  always(fits: string | RegExp, fault: NetworkFault): () => void;
  countOf(fits: string | RegExp): number;
}

/** Stands between a client and a server, and does to each request what the script says. */
export function createScriptedNetwork(server: Http): ScriptedNetwork {
  const once: { fits: RegExp; fault: NetworkFault }[] = [];
  const always = new Set<{ fits: RegExp; fault: NetworkFault }>();
  const log: HttpRequest[] = [];

  function takeFault(request: HttpRequest): NetworkFault | null {
    if (network.isDown) return { kind: 'lost_before' };
    const line = lineOf(request);
    const index = once.findIndex(({ fits }) => fits.test(line));
    if (index >= 0) return once.splice(index, 1)[0]?.fault ?? null;
    return [...always].find(({ fits }) => fits.test(line))?.fault ?? null;
  }

  const network: ScriptedNetwork = {
    log,
    isDown: false,
    async send(request) {
      if (request.signal?.aborted) throw new TransportError('aborted');
      log.push(request);
      return unlessAborted(request, suffer(server, request, takeFault(request)));
    },
    next(fits, ...faults) {
      once.push(...faults.map((fault) => ({ fits: toRegExp(fits), fault })));
    },
    always(fits, fault) {
      const rule = { fits: toRegExp(fits), fault };
      always.add(rule);
      return () => void always.delete(rule);
    },
    countOf: (fits) => log.filter((request) => toRegExp(fits).test(lineOf(request))).length,
  };
  return network;
}

const lineOf = (request: HttpRequest): string => `${request.method} ${request.url}`;
const toRegExp = (fits: string | RegExp): RegExp =>
  typeof fits === 'string' ? new RegExp(fits.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : fits;

async function suffer(server: Http, request: HttpRequest, fault: NetworkFault | null): Promise<HttpReply> {
  switch (fault?.kind) {
    case undefined:
      return server.send(request);
    case 'lost_before':
      throw new TransportError('offline');
    case 'timeout':
      throw new TransportError('timeout');
    case 'reply':
      return fault.reply;
    case 'held':
      await fault.until;
      return server.send(request);
    case 'lost_after':
      await server.send(request);
      throw new TransportError('timeout');
    case 'cut':
      await server.send(request);
      throw new TransportError('cut');
    case 'truncated': {
      const reply = await server.send(request);
      return { ...reply, body: reply.body.subarray(0, fault.keepBytes) };
    }
  }
}

function unlessAborted(request: HttpRequest, reply: Promise<HttpReply>): Promise<HttpReply> {
  const { signal } = request;
  if (!signal) return reply;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new TransportError('aborted')));
    reply.then(resolve, reject);
  });
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** "Welcome to the hotel": a success that is not ours. */
export const PORTAL_PAGE: NetworkFault = {
  kind: 'reply',
  reply: {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: text('<html><body>Welcome! Please sign in.</body></html>'),
  },
};
/** A CDN's own 404. */
export const CDN_NOT_FOUND: NetworkFault = {
  kind: 'reply',
  reply: { status: 404, headers: { 'content-type': 'text/html' }, body: text('<h1>Not Found</h1>') },
};

export function statusReply(status: number, headers: Record<string, string> = {}): NetworkFault {
  return { kind: 'reply', reply: { status, headers, body: new Uint8Array() } };
}
