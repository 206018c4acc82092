import { SharedObject } from './core.ts';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { http } from '../node-builtins.ts';

/** What a test may turn. */
export interface NativeNetworking {
  /** The two systems differ in what they tell when a reply breaks off, and in what stops when nobody reads on. */
  system: 'android' | 'ios';
  /** JavaScript is busy: it hears of a reply's head only when the whole reply is there, or has broken off. */
  isJavaScriptBusy: boolean;
}

interface RequestInit {
  headers?: [string, string][];
  method?: string;
  redirect?: 'follow' | 'error' | 'manual';
}

const REDIRECTS_MAX = 20;

/** The native module `ExpoFetchModule` on Node's HTTP: the states and events of expo's own `NativeResponse`, system by system. */
export function createExpoFetchModule(networking: NativeNetworking) {
  class NativeResponse extends ResponseStates {
    constructor() {
      super(networking);
    }
  }
  return { NativeRequest, NativeResponse };
}

type ResponseState = 'started' | 'received' | 'streaming' | 'canceled' | 'completed' | 'failed';

class ResponseStates extends SharedObject<{
  didReceiveResponseData(bytes: Uint8Array): void;
  didComplete(): void;
  didFailWithError(message: string): void;
  readyForJSFinalization(): void;
}> {
  private readonly networking: NativeNetworking;
  private state: ResponseState = 'started';
  private head: IncomingMessage | null = null;
  private queued: Uint8Array[] = [];
  /** Calls whoever waits for the head: with null once it is there. */
  tellStart: (error: Error | null) => void = () => undefined;
  constructor(networking: NativeNetworking) {
    super();
    this.networking = networking;
  }

  get status(): number {
    return this.head?.statusCode ?? -1;
  }
  get _rawHeaders(): [string, string][] {
    const raw = this.head?.rawHeaders ?? [];
    return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] satisfies [string, string]] : []));
  }
  async startStreaming(): Promise<Uint8Array | null> {
    if (this.state !== 'received' && this.state !== 'completed') return null;
    const bytes = new Uint8Array(Buffer.concat(this.queued.splice(0)));
    if (this.state === 'completed') return bytes;
    this.state = 'streaming';
    this.emit('didReceiveResponseData', bytes);
    return null;
  }
  async cancelStreaming(): Promise<void> {
    if (this.state !== 'streaming') return;
    this.state = 'canceled';
    if (this.networking.system === 'android') this.head?.destroy();
  }

  receive(reply: IncomingMessage): void {
    this.head = reply;
    this.state = 'received';
    if (!this.networking.isJavaScriptBusy) this.tellStart(null);
    reply.on('data', (bytes: Buffer) => {
      if (this.state === 'received') this.queued.push(bytes);
      if (this.state === 'streaming') this.emit('didReceiveResponseData', new Uint8Array(bytes));
    });
    reply.on('end', () => this.finish('completed'));
    reply.on('error', (error) => {
      if (this.state === 'streaming') this.emit('didFailWithError', error.message);
      this.state = 'failed';
      // Android goes on to "completed" also from here, so what had come before the break passes for the whole.
      this.finish(this.networking.system === 'android' ? 'completed' : 'failed');
    });
  }
  fail(error: Error): void {
    if (this.state === 'streaming') this.emit('didFailWithError', error.message);
    this.state = 'failed';
    this.tellStart(error);
  }
  private finish(state: 'completed' | 'failed'): void {
    if (this.state === 'streaming' && state === 'completed') this.emit('didComplete');
    this.state = state;
    this.tellStart(null);
    this.emit('readyForJSFinalization');
  }
}

class NativeRequest extends SharedObject {
  private readonly response: ResponseStates;
  private running: ClientRequest | null = null;
  constructor(response: ResponseStates) {
    super();
    this.response = response;
  }
  start(target: string, init: RequestInit, body: Uint8Array | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.response.tellStart = (error) => (error ? reject(error) : resolve());
      this.send(target, init, body, REDIRECTS_MAX);
    });
  }
  cancel(): void {
    this.running?.destroy();
    this.response.fail(new Error('Fetch request has been canceled'));
  }

  private send(target: string, init: RequestInit, body: Uint8Array | null, redirectsLeft: number): void {
    const headers = Object.fromEntries(init.headers ?? []);
    const request = http.request(target, { method: init.method ?? 'GET', headers, agent: false }, (reply) => {
      const { location } = reply.headers;
      if (location === undefined || init.redirect === 'manual') return this.response.receive(reply);
      reply.destroy();
      if (init.redirect === 'error' || redirectsLeft === 0) return this.response.fail(new Error('Redirect is not allowed'));
      this.send(new URL(location, target).href, { ...init, method: 'GET' }, null, redirectsLeft - 1);
    });
    this.running = request;
    request.on('error', (error) => this.response.fail(error));
    request.end(body ?? undefined);
  }
}
