import type { BenchEvent } from './contestant.ts';

const EVENTS_A_SESSION = 10;
const sessionIds = new Map<number, string>();

/** What is answered; ids of nothing where no server looks. */
export interface Answered {
  device_id: string;
  unit_id: string;
  lesson_id: string;
  exercise_id: string;
}
const ANYTHING: Answered = {
  device_id: '00000000-0000-4000-8000-000000000001',
  unit_id: '00000000-0000-4000-8000-000000000002',
  lesson_id: '00000000-0000-4000-8000-000000000003',
  exercise_id: '00000000-0000-4000-8000-000000000004',
};

/** Ten answers are one session of a lesson. */
export function makeEvent(seq: number, answered: Answered = ANYTHING): BenchEvent {
  const session = Math.floor(seq / EVENTS_A_SESSION);
  const session_id = sessionIds.get(session) ?? crypto.randomUUID();
  sessionIds.set(session, session_id);
  return {
    event_id: crypto.randomUUID(),
    session_id,
    ...answered,
    device_seq: seq,
    unit_version: 1,
    type: 'exercise_answered',
    answer: { option_id: '00000000-0000-4000-8000-000000000005' },
    is_correct: seq % 3 === 0,
    time_spent_ms: 4_000 + seq,
    occurred_at: new Date(Date.UTC(2026, 10, 24) + seq * 1_000).toISOString(),
  };
}
