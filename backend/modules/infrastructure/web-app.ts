import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { App } from './http.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** Files whose name changes with their content. */
const HASHED = /[/\\]_expo[/\\]static[/\\]|[/\\]assets[/\\].*\.[0-9a-f]{16,}\.[a-z0-9]+$/;

/** Serves the built web app from `folder`; returns how to answer an address of the app's own with its page. */
export async function registerWebApp(app: App, folder: string | null): Promise<((reply: FastifyReply) => unknown) | null> {
  if (folder === null || !existsSync(join(folder, 'index.html'))) return null;
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    cacheControl: false,
    // What a build or an operator left beside the app under a hidden name is nobody's to read.
    dotfiles: 'ignore',
    setHeaders(reply, path) {
      // Everything else, the worker and the page first of all, is asked for again each time and mostly answered 304.
      reply.header('cache-control', HASHED.test(path) ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache');
    },
  });
  return (reply) => reply.sendFile('index.html');
}
