import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { App } from './app-type.ts';

const HSTS_MAX_AGE_SECONDS = 365 * 24 * 60 * 60;

/** The whole app runs under this policy without a violation (rule SE-4). */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'self'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'media-src': ["'self'", 'blob:'],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
  'form-action': ["'self'"],
};

/** The least that an answer carries which no hook has seen. */
export const BARE_SECURITY_HEADERS = {
  'content-security-policy': Object.entries(CONTENT_SECURITY_POLICY)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join(';'),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/** The policy, with the one other place that objects may come from. */
function policyWith(objectsOrigin: string | null): Record<string, string[]> {
  if (objectsOrigin === null) return CONTENT_SECURITY_POLICY;
  const fetching = ['connect-src', 'img-src', 'media-src'] as const;
  const widened = fetching.map((name) => [name, [...CONTENT_SECURITY_POLICY[name], objectsOrigin]] as const);
  return { ...CONTENT_SECURITY_POLICY, ...Object.fromEntries(widened) };
}

/**
 * The security headers, the same on every answer: helmet is asked once, for it would put them together anew for each.
 * HSTS only where we speak TLS ourselves. `objectsOrigin`: where the app fetches objects when not from here.
 */
export async function loadSecurityHeaders(
  isTls: boolean,
  objectsOrigin: string | null,
): Promise<Readonly<Record<string, string>>> {
  const asked = fastify();
  await asked.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: policyWith(objectsOrigin) },
    strictTransportSecurity: isTls ? { maxAge: HSTS_MAX_AGE_SECONDS, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    // Both only make browsers complain on plain http in a school's own network, where they do nothing.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xFrameOptions: { action: 'deny' },
  });
  asked.get('/', (_request, reply) => reply.send(reply.getHeaders()));
  const headers = (await asked.inject('/')).json<Record<string, string>>();
  await asked.close();
  return { ...headers, 'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' };
}

/** Security headers on every answer, errors and files included. */
export function registerSecurityHeaders(app: App, headers: Readonly<Record<string, string>>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
