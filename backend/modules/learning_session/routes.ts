import {
  EventsPage,
  EventsQuery,
  LIMITS,
  Progress,
  ProgressQuery,
  PushEventsBody,
  PushEventsResponse,
} from '@haversack/contract';
import { type App, requirePerson, sendEncoded } from '../infrastructure/public.ts';
import { refuseLongBatch } from './models.ts';
import type { LearningSessionService } from './service.ts';

const tags = ['learning_session'];

export function registerLearningSessionRoutes(app: App, service: LearningSessionService): void {
  app.post(
    '/learning_session/events',
    {
      config: { judgesOwnItems: true, outcomes: ({ answer }) => countVerdicts(answer as PushEventsResponse | undefined) },
      bodyLimit: LIMITS.eventBodyMaxBytes,
      schema: { tags, body: PushEventsBody, response: { 200: PushEventsResponse } },
      // Before the shape of each item is looked at, of which there may be a million.
      preValidation: async (request) => refuseLongBatch(request.body),
    },
    // Every item carries its own key; one for the whole batch only comes back.
    async (request): Promise<PushEventsResponse> => service.pushEvents(requirePerson(request).id, request.body),
  );
  app.get(
    '/learning_session/events',
    {
      config: { problems: ['invalid_cursor', 'cursor_expired'] },
      schema: { tags, querystring: EventsQuery, response: { 200: EventsPage } },
    },
    async (request, reply) => {
      const json = await service.encodeEvents(requirePerson(request).id, request.query);
      return sendEncoded(request, reply, { json, etag: null });
    },
  );
  app.get(
    '/learning_session/progress',
    { config: { problems: ['not_found'] }, schema: { tags, querystring: ProgressQuery, response: { 200: Progress } } },
    async (request): Promise<Progress> =>
      service.getProgress(requirePerson(request).id, request.query.unit_id?.toLowerCase() ?? null),
  );
}

/** For the metrics: how many items got each verdict. */
function countVerdicts(answer: PushEventsResponse | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answer?.results ?? []) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
