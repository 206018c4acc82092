import type { Learner } from './learner.ts';

/** Device and number of every event of this person that the server itself counts, in its order. */
export async function deliveredEvents(learner: Learner): Promise<{ event_id: string; device_id: string; device_seq: number }[]> {
  const token = await learner.platform.secureStore.get('haversack.token');
  const reply = await learner.network.send({
    method: 'GET',
    url: '/api/v1/learning_session/events?limit=500',
    headers: { authorization: `Bearer ${token}` },
    timeoutMs: 10_000,
  });
  return (JSON.parse(new TextDecoder().decode(reply.body)) as { events: [] }).events;
}
