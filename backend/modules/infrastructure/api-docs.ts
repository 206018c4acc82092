import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { API_BASE_PATH, ERROR_STATUS, type ErrorCode, PROBLEM_CONTENT_TYPE, Problem } from '@haversack/contract';
import type { RouteOptions } from 'fastify';
import type { App } from './http.ts';

/** OpenAPI 3.1 from the schemas that check the requests. Register before the routes that it is to describe. */
export async function registerApiDescription(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Haversack', version, description: 'Download units, learn with no network, and every answer arrives once.' },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: '__Host-haversack' },
        },
      },
      security: [{ bearer: [] }, { cookie: [] }],
    },
    hideUntagged: false,
    transform: ({ schema, url, route }) => ({ schema: { ...schema, [PROBLEMS]: refusalsOf(route) }, url }),
    transformObject: (description) =>
      describeRefusals(('openapiObject' in description ? description.openapiObject : {}) as never),
  });
}

const PROBLEMS = 'x-problems';
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What a route may refuse by its shape alone, and what it names itself (`config.problems`). */
function refusalsOf({ method, url, config }: RouteOptions): ErrorCode[] {
  const { access, problems = [] } = config ?? {};
  const isWrite = [method].flat().some((one) => !READING.has(one));
  const codes: ErrorCode[] = ['invalid_request', 'unsupported_media_type', 'internal_error', 'unavailable', ...problems];
  if (access !== 'open') codes.push('unauthenticated', 'wrong_person');
  if (access === 'publisher' || isWrite) codes.push('forbidden');
  if (url.includes(':')) codes.push('not_found');
  if (isWrite) codes.push('payload_too_large', 'invalid_body');
  return codes;
}

interface Operation {
  [PROBLEMS]?: ErrorCode[];
  responses?: Record<string, unknown>;
}

/** Each status of a refusal becomes an answer of the document, with the words that travel under it. */
function describeRefusals(description: { paths?: Record<string, Record<string, Operation>>; components?: object }): never {
  for (const operation of Object.values(description.paths ?? {}).flatMap((path) => Object.values(path))) {
    for (const [status, codes] of Map.groupBy(operation[PROBLEMS] ?? [], (code) => String(ERROR_STATUS[code]))) {
      operation.responses = {
        ...operation.responses,
        [status]: {
          // Health says with 503 which part is not well.
          ...(operation.responses?.[status] ?? {}),
          description: [...new Set(codes)].sort().join(', '),
          content: { ...contentOf(operation.responses?.[status]), [PROBLEM_CONTENT_TYPE]: { schema: PROBLEM_REF } },
        },
      };
    }
    delete operation[PROBLEMS];
  }
  description.components = { ...description.components, schemas: { Problem } };
  return description as never;
}

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' };
const contentOf = (response: unknown): object => (response as { content?: object } | undefined)?.content ?? {};

/** `/api/v1/openapi.json`, and pages to read and try it at `/docs`. Both open. */
export async function registerApiDocs(app: App): Promise<void> {
  app.get(`${API_BASE_PATH}/openapi.json`, { config: { access: 'open' }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null, deepLinking: true }, logLevel: 'warn' });
}
