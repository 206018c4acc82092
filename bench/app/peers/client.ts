import type { BenchEvent, BenchUnit, ListRow } from '../contestant.ts';

export async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}

/** Throws unless the server has every one of them. */
export async function postEvents(eventsUrl: string, events: readonly BenchEvent[]): Promise<void> {
  const items = events.map((event) => ({ idempotency_key: event.event_id, payload: event }));
  const response = await fetch(eventsUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items }),
  });
  if (!response.ok) throw new Error(`${eventsUrl} answered ${response.status}`);
  const { results } = (await response.json()) as { results: unknown[] };
  if (results.length !== events.length) throw new Error(`${results.length} of ${events.length} events were answered`);
}

export async function postInBatches(eventsUrl: string, events: readonly BenchEvent[], batchSize: number): Promise<void> {
  for (let start = 0; start < events.length; start += batchSize) {
    await postEvents(eventsUrl, events.slice(start, start + batchSize));
  }
}

export function headOf(unit: BenchUnit): Omit<BenchUnit, 'lessons' | 'assets'> {
  const { lessons: _lessons, assets: _assets, ...head } = unit;
  return head;
}

export function toListRow(row: ListRow): ListRow {
  const { id, title, description, learner_level, version, position } = row;
  return { id, title, description, learner_level, version, position };
}
