import {
  type EventResult,
  type EventsPage,
  isCorrectAnswer,
  type LearningEvent,
  LIMITS,
  type Problem,
  type Progress,
  type PushEventsBody,
  type PushEventsResponse,
  type ReceivedByDevice,
} from '@haversack/contract';
import type { AnswerKey, AnswerKeys } from '../content/public.ts';
import { ApiError, type Database, problem } from '../infrastructure/public.ts';
import {
  findGaps,
  formatEventCursor,
  type ParsedItem,
  parseEventCursor,
  parseItem,
  type Ranges,
  type Receipt,
} from './models.ts';
import type { ProgressBook } from './progress.ts';
import { type EventRepo, isRepetition, type NewEvent } from './repo.ts';

/** A page of one's own events: after a cursor, or from the first. */
interface EventsQuery {
  since?: string;
  limit?: number;
}

export interface LearningSessionService {
  /**
   * Takes a batch in, each item judged alone, in one transaction and a fixed number of statements (rules LS-1 to LS-5).
   * The batch has passed its schema and `refuseLongBatch`.
   */
  pushEvents(personId: string, body: PushEventsBody): Promise<PushEventsResponse>;
  /** The person's own events from every device (rule LS-6). @throws {ApiError} `invalid_cursor`, `cursor_expired`. */
  listEvents(personId: string, query: EventsQuery): Promise<EventsPage>;
  /** The same as JSON, made of what is stored without reading it. */
  encodeEvents(personId: string, query: EventsQuery): Promise<Buffer>;
  getProgress(personId: string, unitId: string | null): Promise<Progress>;
}

export interface LearningSessionDeps {
  database: Database;
  repo: EventRepo;
  progress: ProgressBook;
  answerKeys: AnswerKeys;
  feedId: string;
}

export function createLearningSessionService({
  database,
  repo,
  progress,
  answerKeys,
  feedId,
}: LearningSessionDeps): LearningSessionService {
  return {
    async pushEvents(personId, { items }) {
      // An empty batch asks for the state of every device, as a phone does after a restore of the server.
      if (items.length === 0) return { results: [], received: [...(await repo.listReceived(personId))].map(toReceived) };
      const parsed = items.map(parseItem);
      // Versions are immutable and visibility once had is never lost, so this needs no place in the transaction.
      const known = await lookUpUnits(answerKeys, personId, parsed);
      const take = (isNew: boolean): Promise<PushEventsResponse> =>
        database.transaction(async (tx) => {
          const lastPosition = await progress.lockUpToDate(tx, personId);
          const kept = isNew ? NONE_KEPT : await repo.findPayloads(tx, personId, eventIdsOf(parsed));
          const { results, accepted } = judgeItems(parsed, kept, known);
          const batch = { events: accepted, receipts: parsed.flatMap(receiptOf) };
          const received = await repo.append(tx, personId, lastPosition, batch);
          return { results, received: [...received].map(toReceived) };
        });
      // Nearly every event comes once. Where one came before, the key of the table says so, and it is looked for.
      return take(true).catch((error: unknown) => {
        if (isRepetition(error)) return take(false);
        throw error;
      });
    },

    async listEvents(personId, query) {
      return JSON.parse((await encodeEvents(personId, query)).toString()) as EventsPage;
    },

    encodeEvents,

    getProgress: (personId, unitId) => progress.get(personId, unitId),
  };

  async function encodeEvents(personId: string, { since, limit = LIMITS.eventPageDefaultItems }: EventsQuery): Promise<Buffer> {
    const position = since === undefined ? 0 : await checkCursor(since, personId);
    const found = await repo.listSince(personId, position, limit + 1);
    const page = found.slice(0, limit);
    const cursor = formatEventCursor(feedId, page.at(-1)?.position ?? position);
    const rest = JSON.stringify({ cursor, has_more: found.length > limit });
    // Joined once: such a page is hundreds of kilobytes, which each copy would leave to be collected.
    const items = page.map(({ json }, at) => (at === 0 ? json : `,${json}`));
    return Buffer.from(['{"events":[', ...items, '],', rest.slice(1)].join(''));
  }

  async function checkCursor(since: string, personId: string): Promise<number> {
    const cursor = parseEventCursor(since);
    if (cursor === null) throw new ApiError('invalid_cursor', 'This is no cursor of yours; send it as the last answer gave it.');
    if (cursor.feedId !== feedId) throw new ApiError('cursor_expired', 'The server was restored since: begin anew.');
    if (cursor.position > (await repo.lastPosition(personId)))
      throw new ApiError('invalid_cursor', 'Your events do not go that far.');
    return cursor.position;
  }
}

interface KnownUnits {
  everVisible: ReadonlySet<string>;
  answerKeys: ReadonlyMap<string, AnswerKey>;
}

async function lookUpUnits(answerKeys: AnswerKeys, personId: string, parsed: readonly ParsedItem[]): Promise<KnownUnits> {
  const refs = new Map<string, { id: string; version: number }>();
  for (const item of parsed) {
    if (item.kind === 'event') refs.set(versionKey(item.event), { id: item.event.unit_id, version: item.event.unit_version });
  }
  const wanted = [...refs.values()];
  if (wanted.length === 0) return { everVisible: new Set(), answerKeys: new Map() };
  const [everVisible, keys] = await Promise.all([
    answerKeys.findEverVisible(personId, [...new Set(wanted.map((ref) => ref.id))]),
    answerKeys.find(wanted),
  ]);
  return { everVisible, answerKeys: keys };
}

const versionKey = (event: LearningEvent): string => `${event.unit_id}:${event.unit_version}`;

const eventIdsOf = (parsed: readonly ParsedItem[]): string[] =>
  parsed.flatMap((item) => (item.kind === 'event' ? [item.event.event_id] : []));

/** In the order of the batch: an event that the batch itself holds twice is a duplicate the second time. */
function judgeItems(
  parsed: readonly ParsedItem[],
  kept: ReadonlyMap<string, string>,
  known: KnownUnits,
): { results: EventResult[]; accepted: NewEvent[] } {
  const payloads = new Map(kept);
  const accepted: NewEvent[] = [];
  const results = parsed.map((item): EventResult => {
    const refused = (reason: Problem): EventResult => ({
      idempotency_key: item.idempotencyKey,
      status: 'refused',
      problem: reason,
    });
    if (item.kind === 'refused') return refused(item.problem);
    const { event, payload } = item;
    const before = payloads.get(event.event_id);
    if (before !== undefined && before !== payload) return refused(REUSED);
    if (before !== undefined) return { idempotency_key: item.idempotencyKey, status: 'duplicate', problem: null };
    if (!known.everVisible.has(event.unit_id)) return refused(UNKNOWN_UNIT);
    payloads.set(event.event_id, payload);
    accepted.push({ event, payload, ...markEvent(event, known.answerKeys.get(versionKey(event))) });
    return { idempotency_key: item.idempotencyKey, status: 'accepted', problem: null };
  });
  return { results, accepted };
}

const NONE_KEPT: ReadonlyMap<string, string> = new Map();
const REUSED = problem('idempotency_key_reused', 'An event with this id was received before, with another content.');
const UNKNOWN_UNIT = problem('not_found', 'There is no such unit, or none that you may see.');

/** Null where there is nothing to mark, or the version, lesson or exercise is not known here: the event counts, the mark is open. */
function markEvent(event: LearningEvent, key: AnswerKey | undefined): Pick<NewEvent, 'markedCorrect' | 'exerciseCount'> {
  const exercises = key?.get(event.lesson_id);
  const exercise = exercises?.get(event.exercise_id ?? '');
  const isAnswer = event.type === 'exercise_answered' && exercise !== undefined;
  return { markedCorrect: isAnswer ? isCorrectAnswer(exercise, event.answer) : null, exerciseCount: exercises?.size ?? null };
}

function receiptOf(item: ParsedItem): Receipt[] {
  if (item.kind === 'event') return [{ deviceId: item.event.device_id, deviceSeq: item.event.device_seq }];
  return item.receipt === null ? [] : [item.receipt];
}

function toReceived([deviceId, ranges]: [string, Ranges]): ReceivedByDevice {
  const { through, missing } = findGaps(ranges);
  return { device_id: deviceId, through_seq: through, missing };
}
