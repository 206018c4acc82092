import helmet from '@fastify/helmet';
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
 * Security headers on every answer, errors and files included. HSTS only where we speak TLS ourselves. `objectsOrigin`: where
 * the app fetches objects when not from here.
 */
export function registerSecurityHeaders(app: App, isTls: boolean, objectsOrigin: string | null): void {
  app.register(helmet, {
    global: true,
    contentSecurityPolicy: { useDefaults: false, directives: policyWith(objectsOrigin) },
    strictTransportSecurity: isTls ? { maxAge: HSTS_MAX_AGE_SECONDS, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    // Both only make browsers complain on plain http in a school's own network, where they do nothing.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  });
}
