import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { API_BASE_PATH } from '@haversack/contract';
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
  });
}

/** `/api/v1/openapi.json`, and pages to read and try it at `/docs`. Both open. */
export async function registerApiDocs(app: App): Promise<void> {
  app.get(`${API_BASE_PATH}/openapi.json`, { config: { access: 'open' }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null, deepLinking: true }, logLevel: 'warn' });
}
