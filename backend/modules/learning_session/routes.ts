import {
  EventsPage,
  EventsQuery,
  IDEMPOTENCY_KEY_HEADER,
  LIMITS,
  Progress,
  ProgressQuery,
  PushEventsBody,
  PushEventsResponse,
} from '@haversack/contract';
import { type App, requirePerson } from '../infrastructure/public.ts';
import type { LearningSessionService } from './service.ts';

const tags = ['learning_session'];

export function registerLearningSessionRoutes(app: App, service: LearningSessionService): void {
  app.post(
    '/learning_session/events',
    {
      config: { judgesOwnItems: true },
      bodyLimit: LIMITS.eventBodyMaxBytes,
      schema: { tags, body: PushEventsBody, response: { 200: PushEventsResponse } },
    },
    async (request, reply): Promise<PushEventsResponse> => {
      const answer = await service.pushEvents(requirePerson(request).id, request.body);
      // Every item carries its own key; one for the whole batch only comes back.
      const key = request.headers[IDEMPOTENCY_KEY_HEADER];
      if (typeof key === 'string') reply.header(IDEMPOTENCY_KEY_HEADER, key);
      return answer;
    },
  );
  app.get(
    '/learning_session/events',
    { schema: { tags, querystring: EventsQuery, response: { 200: EventsPage } } },
    async (request): Promise<EventsPage> => service.listEvents(requirePerson(request).id, request.query),
  );
  app.get(
    '/learning_session/progress',
    { schema: { tags, querystring: ProgressQuery, response: { 200: Progress } } },
    async (request): Promise<Progress> =>
      service.getProgress(requirePerson(request).id, request.query.unit_id?.toLowerCase() ?? null),
  );
}
