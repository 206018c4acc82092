import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { ROOT } from './bootstrap.mjs';
import { Trouble } from './processes.mjs';

/**
 * The settings that must be right before anything long is begun; the server checks the rest.
 * @returns {{ port: number, host: string | undefined, dataDir: string }}
 */
export function readSettings() {
  const { PORT = '8080', HOST, DATA_DIR = join(ROOT, '.data') } = process.env;
  const port = Number(PORT);
  if (!/^\d+$/.test(PORT) || port < 1 || port > 65_535)
    throw new Trouble(`PORT is "${PORT}"; it must be a number from 1 to 65535.`);
  return { port, host: HOST || undefined, dataDir: resolve(DATA_DIR) };
}

/** Throws when the server could not listen there. @param {{ port: number, host: string | undefined }} address */
export async function refuseTakenPort({ port, host }) {
  const error = await new Promise((done) => {
    const server = createServer();
    server.once('error', done);
    server.listen({ port, ...(host ? { host } : {}) }, () => server.close(() => done(null)));
  });
  if (error === null) return;
  /** @type {Record<string, string>} */
  const sentences = {
    EADDRINUSE: `Port ${port} is in use by another program (perhaps another Haversack). Stop that, or choose another port: PORT=${port === 65_535 ? 8081 : port + 1} npm start`,
    EACCES: `This user may not listen on port ${port}. Choose one above 1023: PORT=8080 npm start`,
    EADDRNOTAVAIL: `HOST is "${host}", which is not an address of this machine. Leave it out, or set HOST=0.0.0.0 for all addresses.`,
    ENOTFOUND: `HOST is "${host}", a name that is not known here. Leave it out, or set HOST=0.0.0.0 for all addresses.`,
  };
  throw new Trouble(sentences[error.code] ?? `The server cannot listen on port ${port}: ${error.message}`);
}
