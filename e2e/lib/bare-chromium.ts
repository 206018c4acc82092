import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.ts';

/** Chromium as a person has it: nothing listens to what its page does. */
export interface BareChromium {
  /** A command of the DevTools protocol to its page. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * For measuring a start. Playwright listens to scripts and requests, and V8 then parses the whole script a second time for the places in
 * it: half of the time that a slowed page takes to run it.
 */
export async function openBareChromium(
  profile: string,
  { width, height }: { width: number; height: number },
): Promise<BareChromium> {
  const browser = spawn(
    chromiumPath(),
    [
      ...CHROMIUM_FLAGS,
      '--headless=new',
      // As Playwright starts it, which has made the profile.
      ...['--password-store=basic', '--use-mock-keychain', '--force-prefers-reduced-motion'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, `--window-size=${width},${height}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const socket = new WebSocket(await addressOfPage(await portOf(browser.stderr)));
  await once(socket, 'open');
  const waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Answer;
    const asker = waiting.get(id ?? 0);
    if (error) asker?.reject(new Error(error.message));
    else asker?.resolve(result ?? {});
  });
  let lastId = 0;
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  return {
    send,
    async close() {
      socket.close();
      const ended = once(browser, 'exit');
      browser.kill();
      await ended;
    },
  };
}

interface Answer {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

function portOf(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    stderr.on('data', (text) => {
      const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(String(text)) ?? [];
      if (port !== undefined) resolve(port);
    });
    stderr.on('end', () => reject(new Error('Chromium ended before it listened')));
  });
}

async function addressOfPage(port: string): Promise<string> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const page = targets.find(({ type }) => type === 'page');
  if (!page) throw new Error('Chromium opened no page');
  return page.webSocketDebuggerUrl;
}
