import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { signInFromNode, type Unit } from './api.ts';
import type { Haversack } from './haversack.ts';

type Body = Pick<Unit, 'id' | 'title' | 'description' | 'lessons' | 'learner_level'>;

/** What a publisher does through the API, past the browser and the proxy: units that no folder holds, and the end of some. */
export interface Publisher {
  /** Puts it out, again when it is there; what `changes` leaves out is a small unit of one lesson. Returns its id. */
  put(changes: Partial<Body> & { schema_version?: number }): Promise<string>;
  remove(unitId: string): Promise<void>;
  units(): Promise<{ id: string; title: string }[]>;
}

export async function signInAsPublisher(haversack: Haversack): Promise<Publisher> {
  const { email, password } = JSON.parse(readFileSync(path.join(haversack.dataDir, 'publisher.json'), 'utf8')) as {
    email: string;
    password: string;
  };
  const account = await signInFromNode(haversack.directUrl, { name: '', email, password });
  const send = async (method: 'PUT' | 'DELETE', unitId: string, body?: object): Promise<void> => {
    const reply = await fetch(`${haversack.directUrl}/api/v1/content/units/${unitId}`, {
      method,
      headers: {
        authorization: `Bearer ${account.token}`,
        'idempotency-key': randomUUID(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} of a unit: ${reply.status} ${await reply.text()}`);
  };
  return {
    units: account.units,
    async put(changes) {
      const body = smallUnit(changes);
      await send('PUT', body.id, body);
      return body.id;
    },
    remove: (unitId) => send('DELETE', unitId),
  };
}

function smallUnit(changes: Parameters<Publisher['put']>[0]) {
  const id = changes.id ?? randomUUID();
  const lesson = {
    id: randomUUID(),
    unit_id: id,
    title: 'One page',
    position: 0,
    lesson_type: 'standard' as const,
    duration_seconds: null,
    payload: { body_markdown: 'A page to read.', audio_asset_id: null, transcript: null, exercises: [] },
  };
  const unit = { title: 'A small unit', description: 'One page to read.', learner_level: 'beginner' as const, ...changes, id };
  const lessons = changes.lessons ?? [lesson];
  return {
    ...unit,
    is_global: true,
    learning_objectives: [],
    lessons,
    lesson_order: lessons.map((each) => each.id),
    assets: [],
  };
}
