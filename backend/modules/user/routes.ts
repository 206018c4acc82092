import { type ErrorCode, Me, SignedIn, SignInBody, SignUpBody } from '@haversack/contract';
import type { FastifyContextConfig as ContextConfig, FastifyReply } from 'fastify';
import Type from 'typebox';
import { type App, requirePerson } from '../infrastructure/public.ts';
import { credentialOf, refuseForeignOrigin } from './authenticate.ts';
import { SESSION_COOKIE, SESSION_LIFETIME_SECONDS } from './models.ts';
import type { UserService } from './service.ts';

const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
const tags = ['user'];
const open = (...problems: ErrorCode[]) => ({ access: 'open', problems: ['rate_limited', ...problems] }) satisfies ContextConfig;

export function registerUserRoutes(app: App, service: UserService): void {
  app.post(
    '/users/sign-up',
    { config: open('email_taken'), schema: { tags, security: [], body: SignUpBody, response: { 201: SignedIn } } },
    async (request, reply) => {
      refuseOtherSites(request);
      return enter(reply.code(201), await service.signUp(request.body, request.ip));
    },
  );
  app.post(
    '/users/sign-in',
    { config: open('invalid_credentials'), schema: { tags, security: [], body: SignInBody, response: { 200: SignedIn } } },
    async (request, reply) => {
      refuseOtherSites(request);
      return enter(reply, await service.signIn(request.body, request.ip));
    },
  );
  app.get(
    '/users/me',
    { schema: { tags, response: { 200: Me } } },
    async (request): Promise<Me> => ({ user: requirePerson(request) }),
  );
  app.post('/users/sign-out', { schema: { tags, response: { 204: Type.Null() } } }, async (request, reply) => {
    const credential = credentialOf(request);
    if (credential !== null) await service.signOut(credential.token);
    return reply.clearCookie(SESSION_COOKIE, COOKIE).code(204).send(null);
  });
}

/** The browser's copy of the token, which no script can read; phones take the one in the body. */
function enter(reply: FastifyReply, signedIn: SignedIn): FastifyReply {
  return reply.setCookie(SESSION_COOKIE, signedIn.token, { ...COOKIE, maxAge: SESSION_LIFETIME_SECONDS }).send(signedIn);
}

/** Both set the cookie: another site must not sign its visitor in as somebody else. Phones send no Origin. */
function refuseOtherSites(request: Parameters<typeof refuseForeignOrigin>[0]): void {
  if (request.headers.origin !== undefined) refuseForeignOrigin(request);
}
