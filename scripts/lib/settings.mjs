import { accessSync, constants } from 'node:fs';
import { connect, createServer } from 'node:net';
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
  refuseHalfSet('PUBLISHER_EMAIL', 'PUBLISHER_PASSWORD');
  refuseHalfSet('TLS_CERT', 'TLS_KEY');
  for (const name of ['TLS_CERT', 'TLS_KEY']) refuseUnreadable(name);
  return { port, host: HOST || undefined, dataDir: resolve(DATA_DIR) };
}

/** @param {string} one @param {string} other */
function refuseHalfSet(one, other) {
  const isSet = (/** @type {string} */ name) => Boolean(process.env[name] || process.env[`${name}_FILE`]);
  if (isSet(one) !== isSet(other)) throw new Trouble(`${one} and ${other} belong together: set both, or neither.`);
}

/** @param {string} name */
function refuseUnreadable(name) {
  const path = process.env[name];
  if (!path) return;
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new Trouble(`${name} names the file ${path}, which cannot be read: check the path and its permissions.`);
  }
}

/** Throws when nobody listens where DATABASE_URL points; whether it is the right database is for the server to find out. */
export async function refuseUnreachableDatabase() {
  const given = process.env['DATABASE_URL'];
  if (!given) return;
  if (!/^postgres(ql)?:\/\//.test(given) || !URL.canParse(given)) {
    throw new Trouble('DATABASE_URL must look like postgres://user:password@host:5432/haversack.');
  }
  const { hostname, port } = new URL(given);
  // Without a host it means a socket in the file system.
  if (hostname === '') return;
  const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5432) };
  const reached = await new Promise((done) => {
    const socket = connect({ ...at, timeout: 5000 });
    for (const [event, outcome] of /** @type {const} */ ([
      ['connect', true],
      ['timeout', false],
      ['error', false],
    ])) {
      socket.once(event, () => {
        socket.destroy();
        done(outcome);
      });
    }
  });
  if (!reached) {
    throw new Trouble(
      `DATABASE_URL points to ${at.host}, port ${at.port}, and nothing answers there. Start PostgreSQL there, or unset DATABASE_URL to use the one that comes along.`,
    );
  }
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
