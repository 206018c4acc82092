import { type Answer, type FieldError, LearningEvent, LIMITS, type Problem } from '@haversack/contract';
import { ApiError, canonicalJson, createChecker, findHostileJson, isStorable, problem } from '../infrastructure/public.ts';

/** An item of a batch after its own look, before anything else is known. */
export type ParsedItem = { idempotencyKey: string } & (
  | { kind: 'event'; event: LearningEvent; payload: string }
  | { kind: 'refused'; problem: Problem; receipt: Receipt | null }
);

/** A number of a device that was judged, whatever came of it. */
export interface Receipt {
  deviceId: string;
  deviceSeq: number;
}

const checkEvent = createChecker(LearningEvent);
/** An answer is a text or an id; this leaves room for every script and for JSON around it. */
const ANSWER_MAX_BYTES = 4 * LIMITS.answerTextMaxChars;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws {ApiError} `payload_too_large` beyond `LIMITS.eventBatchMaxItems`. */
export function refuseLongBatch(body: unknown): void {
  if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items)) return;
  if (body.items.length > LIMITS.eventBatchMaxItems)
    throw new ApiError('payload_too_large', `A batch holds at most ${LIMITS.eventBatchMaxItems} items.`);
}

/** Judges one item by itself (rule LS-2). Faulty ones keep their device's number where it can be read: refused counts as received. */
export function parseItem(item: { idempotency_key: string; payload: unknown }): ParsedItem {
  const { idempotency_key: idempotencyKey, payload } = item;
  const errors = findEventFaults(payload);
  if (errors.length > 0) {
    return { idempotencyKey, kind: 'refused', problem: invalidEvent(errors), receipt: findReceipt(payload) };
  }
  const event = payload as LearningEvent;
  return { idempotencyKey, kind: 'event', event: lowerIds(event), payload: canonicalEvent(event) };
}

export const invalidEvent = (errors: FieldError[]): Problem =>
  problem('invalid_body', 'The event is not as the contract says.', { errors });

function findEventFaults(payload: unknown): FieldError[] {
  const faults = checkEvent(payload);
  if (faults.length > 0) {
    const hostile = findHostileJson(payload);
    return hostile === null ? faults : [hostile];
  }
  const event = payload as LearningEvent;
  if (event.type === 'exercise_answered' && typeof event.exercise_id !== 'string') {
    return [{ path: '/exercise_id', message: 'is missing: an answer is to an exercise' }];
  }
  if (event.answer === undefined) return [];
  // Every other field of an event that is as the contract says holds a number, a truth or plain letters.
  const hostile = isPlainAnswer(event.answer) ? null : findHostileJson({ answer: event.answer });
  if (hostile !== null) return [hostile];
  if (Buffer.byteLength(JSON.stringify(event.answer)) > ANSWER_MAX_BYTES) return [{ path: '/answer', message: 'is too long' }];
  return [];
}

/** As the app sends them: one field, one text that can be kept. Nearly every answer is, and needs no closer look. */
function isPlainAnswer(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const [field = '', ...others] = Object.keys(answer);
  const value: unknown = Reflect.get(answer, field);
  return others.length === 0 && (field === 'text' || field === 'option_id') && typeof value === 'string' && isStorable(value);
}

/** What `canonicalJson` makes of an event, in less time: its fields are known, so their order is written down here. */
export function canonicalEvent(event: LearningEvent): string {
  const { answer } = event;
  return JSON.stringify({
    answer: answer === undefined || isPlainAnswer(answer) ? answer : (JSON.parse(canonicalJson(answer)) as unknown),
    device_id: event.device_id,
    device_seq: event.device_seq,
    event_id: event.event_id,
    exercise_id: event.exercise_id,
    is_correct: event.is_correct,
    lesson_id: event.lesson_id,
    occurred_at: event.occurred_at,
    session_id: event.session_id,
    time_spent_ms: event.time_spent_ms,
    type: event.type,
    unit_id: event.unit_id,
    unit_version: event.unit_version,
  } satisfies Record<keyof LearningEvent, unknown>);
}

function findReceipt(payload: unknown): Receipt | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const deviceId: unknown = Reflect.get(payload, 'device_id');
  const deviceSeq: unknown = Reflect.get(payload, 'device_seq');
  if (typeof deviceId !== 'string' || !UUID.test(deviceId)) return null;
  if (typeof deviceSeq !== 'number' || !Number.isSafeInteger(deviceSeq) || deviceSeq < 1) return null;
  return { deviceId: deviceId.toLowerCase(), deviceSeq };
}

const UPPER_CASE = /[A-Z]/;

/** Ids are compared in lower case; what the device said is kept as it said it. The event itself where all are so already. */
function lowerIds(event: LearningEvent): LearningEvent {
  const { event_id, session_id, device_id, unit_id, lesson_id, exercise_id = null, answer } = event;
  const ids = [event_id, session_id, device_id, unit_id, lesson_id, exercise_id, optionOf(answer)];
  if (!ids.some((id) => id !== null && UPPER_CASE.test(id))) return event;
  return {
    ...event,
    event_id: event_id.toLowerCase(),
    session_id: session_id.toLowerCase(),
    device_id: device_id.toLowerCase(),
    unit_id: unit_id.toLowerCase(),
    lesson_id: lesson_id.toLowerCase(),
    exercise_id: exercise_id?.toLowerCase() ?? null,
    answer: lowerOption(answer),
  };
}

function lowerOption(answer: unknown): unknown {
  const option = optionOf(answer);
  return option === null ? answer : ({ ...(answer as object), option_id: option.toLowerCase() } satisfies Answer);
}

/** Null where the answer names no option. */
function optionOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('option_id' in answer)) return null;
  return typeof answer.option_id === 'string' ? answer.option_id : null;
}

/** Closed ranges of numbers, ascending and apart. */
export type Ranges = readonly (readonly [number, number])[];

/** Reads PostgreSQL's canonical text of an `int8multirange`: `{[1,58),[60,61)}`. */
export function parseMultirange(text: string): Ranges {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => [Number(from), Number(to) - 1] as const);
}

/** Numbers in any order as the text of an `int8multirange`, joined where they touch: 500 ranges take PostgreSQL longer to read than 500 rows. */
export function formatMultirange(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return `{${ranges.map(([from, to]) => `[${from},${to}]`).join(',')}}`;
}

/** What is known of a device's numbering: end of the prefix without holes, and the holes after it (rule LS-4). */
export function findGaps(received: Ranges): { through: number; missing: [number, number][] } {
  const [first] = received;
  const through = first?.[0] === 1 ? first[1] : 0;
  const missing: [number, number][] = [];
  let end = through;
  for (const [from, to] of received) {
    if (from > end + 1) missing.push([end + 1, from - 1]);
    end = Math.max(end, to);
  }
  return { through, missing };
}

/** Cursor of a learner's own events: positions are only comparable within one feed. */
export const formatEventCursor = (feedId: string, position: number): string => `${feedId}.${position}`;

export function parseEventCursor(cursor: string): { feedId: string; position: number } | null {
  const match = /^([0-9a-f-]{36})\.(\d{1,15})$/.exec(cursor);
  return match?.[1] === undefined ? null : { feedId: match[1], position: Number(match[2]) };
}
