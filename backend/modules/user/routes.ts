import { Readable } from 'node:stream';
import {
  ChangePasswordBody,
  DeleteAccountBody,
  type ErrorCode,
  Me,
  PersonalExport,
  SignedIn,
  SignInBody,
  SignUpBody,
} from '@haversack/contract';
import type { FastifyContextConfig as ContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type App, ApiError, requirePerson } from '../infrastructure/public.ts';
import { credentialOf, refuseForeignOrigin } from './authenticate.ts';
import { SESSION_COOKIE, SESSION_LIFETIME_SECONDS } from './models.ts';
import type { AccountService, Asking } from './account.ts';
import type { SignInService } from './service.ts';

const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
const tags = ['user'];
const open = (...problems: ErrorCode[]) => ({ access: 'open', problems: ['rate_limited', ...problems] }) satisfies ContextConfig;

export function registerUserRoutes(app: App, service: SignInService & AccountService): void {
  registerSignIn(app, service);
  registerOwnAccount(app, service);
}

function registerSignIn(app: App, service: SignInService): void {
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

function registerOwnAccount(app: App, service: AccountService): void {
  const config = { problems: ['wrong_password', 'rate_limited'] } satisfies ContextConfig;
  app.post(
    '/users/me/password',
    { config, schema: { tags, body: ChangePasswordBody, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await service.changePassword(askingOf(request), request.body);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/users/me/export',
    // A HEAD would read everything for nothing.
    { exposeHeadRoute: false, schema: { tags, response: { 200: PersonalExport } } },
    async (request, reply) => {
      const pieces = await service.exportData(requirePerson(request));
      reply.header('content-type', 'application/json; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="haversack-my-data.json"');
      return reply.send(Readable.from(pieces) as never);
    },
  );
  app.post(
    '/users/me/delete',
    { config, schema: { tags, body: DeleteAccountBody, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await service.deleteAccount(askingOf(request), request.body.password);
      return reply.clearCookie(SESSION_COOKIE, COOKIE).code(204).send(null);
    },
  );
}

function askingOf(request: FastifyRequest): Asking {
  const credential = credentialOf(request);
  if (credential === null) throw new ApiError('unauthenticated', 'This call needs a valid token.');
  return { person: requirePerson(request), token: credential.token, ip: request.ip };
}

/** The browser's copy of the token, which no script can read; phones take the one in the body. */
function enter(reply: FastifyReply, signedIn: SignedIn): FastifyReply {
  return reply.setCookie(SESSION_COOKIE, signedIn.token, { ...COOKIE, maxAge: SESSION_LIFETIME_SECONDS }).send(signedIn);
}

/** Both set the cookie: another site must not sign its visitor in as somebody else. Phones send no Origin. */
function refuseOtherSites(request: FastifyRequest): void {
  if (request.headers.origin !== undefined) refuseForeignOrigin(request);
}
