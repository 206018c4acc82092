import {
  Digest,
  DigestQuery,
  LIMITS,
  PublishUnitBody,
  RollBackBody,
  SignAssetsBody,
  SignedAssets,
  SyncQuery,
  Unit,
  UnitList,
  UnitListQuery,
  UnitSyncResponse,
  UnitVersionList,
  UnitVersionsQuery,
  Uuid,
} from '@haversack/contract';
import type { FastifyContextConfig as ContextConfig, FastifyReply } from 'fastify';
import Type from 'typebox';
import { type App, type Outcome, readKeyedWrite, requirePerson, sendEncoded, sendPage } from '../infrastructure/public.ts';
import { type Encoded, kindOfPull } from './models.ts';
import type { ContentService } from './service.ts';

const tags = ['content'];
const UnitParams = Type.Object({ id: Uuid });
const nothing = { 204: Type.Null() };
/** To `If-None-Match`. */
const unchanged = { 304: Type.Null() };
const KEYED = ['idempotency_key_missing', 'idempotency_key_reused'] as const;

export function registerContentRoutes(app: App, service: ContentService): void {
  registerReading(app, service);
  registerMyUnits(app, service);
  registerPublishing(app, service);
  registerVersions(app, service);
}

function registerReading(app: App, service: ContentService): void {
  app.get(
    '/content/units/sync',
    {
      config: { outcomes: outcomeOfPull, problems: ['invalid_cursor', 'cursor_expired'] },
      schema: { tags, querystring: SyncQuery, response: { 200: UnitSyncResponse, ...unchanged } },
    },
    async (request, reply) => sendPage(request, reply, await service.getUnitsSince(requirePerson(request).id, request.query)),
  );
  app.get(
    '/content/units',
    { schema: { tags, querystring: UnitListQuery, response: { 200: UnitList, ...unchanged } } },
    async (request, reply) => sendPage(request, reply, await service.listUnits(requirePerson(request).id, request.query)),
  );
  app.get(
    '/content/units/digest',
    {
      config: { problems: ['invalid_cursor', 'digest_stale'] },
      schema: { tags, querystring: DigestQuery, response: { 200: Digest } },
    },
    async (request): Promise<Digest> => service.getDigest(requirePerson(request).id, request.query.at),
  );
  app.get(
    '/content/units/:id',
    { schema: { tags, params: UnitParams, response: { 200: Unit, ...unchanged } } },
    async (request, reply) => sendEncoded(request, reply, await service.getUnit(requirePerson(request).id, idOf(request.params))),
  );
  app.post(
    '/content/assets/sign',
    { schema: { tags, body: SignAssetsBody, response: { 200: SignedAssets } } },
    async (request): Promise<SignedAssets> => service.signAssets(requirePerson(request).id, request.body.asset_ids),
  );
}

/** For the metrics. */
function outcomeOfPull({ request, reply }: Outcome): Record<string, number> {
  if (reply.statusCode === 304) return { not_modified: 1 };
  if (reply.statusCode !== 200) return { refused: 1 };
  return { [kindOfPull(reply.hasHeader('etag') ? 'has one' : null, request.query as SyncQuery)]: 1 };
}

function registerMyUnits(app: App, service: ContentService): void {
  for (const [method, joined] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: '/content/my-units/:id',
      config: { problems: [...KEYED] },
      schema: { tags, params: UnitParams, response: nothing },
      handler: async (request, reply) => {
        const write = readKeyedWrite(request, requirePerson(request).id);
        await service.setJoined(write, idOf(request.params), joined);
        return reply.code(204).send(null);
      },
    });
  }
}

function registerPublishing(app: App, service: ContentService): void {
  const config = { access: 'publisher', problems: [...KEYED, 'version_conflict', 'unit_deleted'] } satisfies ContextConfig;
  app.put(
    '/content/units/:id',
    {
      config,
      bodyLimit: LIMITS.unitBodyMaxBytes,
      schema: { tags, params: UnitParams, body: PublishUnitBody, response: { 200: Unit, 201: Unit } },
    },
    async (request, reply) => {
      const write = readKeyedWrite(request, requirePerson(request).id);
      const { status, unit } = await service.publishUnit({
        unitId: idOf(request.params),
        body: request.body,
        ifMatch: request.headers['if-match'],
        write,
      });
      return sendPublished(reply, status, unit);
    },
  );
  app.delete(
    '/content/units/:id',
    { config, schema: { tags, params: UnitParams, response: nothing } },
    async (request, reply) => {
      const write = readKeyedWrite(request, requirePerson(request).id);
      await service.deleteUnit(idOf(request.params), request.headers['if-match'], write);
      return reply.code(204).send(null);
    },
  );
}

function registerVersions(app: App, service: ContentService): void {
  const config = { access: 'publisher' } as const;
  app.get(
    '/content/units/:id/versions',
    { config, schema: { tags, params: UnitParams, querystring: UnitVersionsQuery, response: { 200: UnitVersionList } } },
    async (request): Promise<UnitVersionList> =>
      service.listVersions(requirePerson(request).id, idOf(request.params), request.query),
  );
  app.post(
    '/content/units/:id/rollback',
    {
      config: { ...config, problems: [...KEYED, 'version_conflict', 'unit_deleted'] },
      schema: { tags, params: UnitParams, body: RollBackBody, response: { 200: Unit } },
    },
    async (request, reply) => {
      const { status, unit } = await service.rollBackUnit({
        unitId: idOf(request.params),
        version: request.body.version,
        ifMatch: request.headers['if-match'],
        write: readKeyedWrite(request, requirePerson(request).id),
      });
      return sendPublished(reply, status, unit);
    },
  );
}

/** With the version alone as its tag, for If-Match. */
function sendPublished(reply: FastifyReply, status: 200 | 201, { json, etag }: Encoded<Unit>): FastifyReply {
  reply.headers({ etag: etag ?? '', 'content-type': 'application/json; charset=utf-8' });
  return reply.code(status).send(json);
}

const idOf = ({ id }: { id: string }): string => id.toLowerCase();
