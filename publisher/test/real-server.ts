import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SERVER_PROGRAM = join(import.meta.dirname, '..', '..', 'backend', 'main.ts');

export type RealServer = { url: string; credentialsFile: string; stop(): Promise<void> };

/** Starts the real server, with its own PostgreSQL, on data of its own, as a person would. */
export async function startRealServer(): Promise<RealServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'haversack-publisher-'));
  const env = { ...process.env, PORT: String(await freePort()), HOST: '127.0.0.1', DATA_DIR: dataDir };
  const server = fork(SERVER_PROGRAM, { env, silent: true });
  const said: string[] = [];
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  const url = await new Promise<string>((resolve, reject) => {
    server.on('message', (message) => {
      if (typeof message === 'object' && 'url' in message) resolve(String(message.url));
    });
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said.join('')}`)));
  });
  return { url, credentialsFile: join(dataDir, 'publisher.json'), stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
