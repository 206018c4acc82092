import { isLockTimeout } from '../infrastructure/public.ts';
import type { FeedSlice, LearnerSince } from './models.ts';
import type { ContentRepo, FeedQuestion } from './repo.ts';

/** Queries under way for one page; whoever asks meanwhile waits for the next. */
const QUERIES_AT_ONCE = 2;
const LEARNERS_A_QUERY_MAX = 100;

/** Reads what of a page is one learner's own; null before their feed has begun. */
export type LearnerReader = (question: FeedQuestion, page: FeedSlice) => Promise<LearnerSince | null>;

/**
 * After a publication everybody asks for the same page at once: those who ask while queries for it are under way are asked about
 * together in the next one, so that a node's queries do not grow with its learners (rule CT-9). A query begins after all whom it is
 * for have asked, so nobody is told of a moment before their question.
 */
export function createLearnerReader(repo: Pick<ContentRepo, 'getLearnersSince'>): LearnerReader {
  const queues = new Map<FeedSlice, Queue>();

  async function ask(queue: Queue, asking: readonly Asking[]): Promise<void> {
    const personIds = [...new Set(asking.map(({ personId }) => personId))];
    try {
      const found = await repo.getLearnersSince(personIds, queue.question, queue.seenUnitIds);
      for (const { personId, resolve } of asking) resolve(found.get(personId) ?? null);
    } catch (error) {
      // Somebody of them is just joining, and takes long: the others do not fail with them.
      if (personIds.length > 1 && isLockTimeout(error)) await Promise.all(asking.map((one) => ask(queue, [one])));
      else for (const { reject } of asking) reject(error);
    }
  }

  async function work(queue: Queue, page: FeedSlice): Promise<void> {
    queue.underWay += 1;
    while (queue.waiting.length > 0) await ask(queue, queue.waiting.splice(0, LEARNERS_A_QUERY_MAX));
    queue.underWay -= 1;
    if (queue.underWay === 0) queues.delete(page);
  }

  return (question, page) => {
    const queue = queues.get(page) ?? { question, seenUnitIds: unitIdsOf(page), waiting: [], underWay: 0 };
    queues.set(page, queue);
    const answer = new Promise<LearnerSince | null>((resolve, reject) => {
      queue.waiting.push({ personId: question.personId, resolve, reject });
    });
    if (queue.underWay < QUERIES_AT_ONCE) void work(queue, page);
    return answer;
  };
}

interface Queue {
  /** Alike for all save the person: it is one page. */
  question: FeedQuestion;
  seenUnitIds: readonly string[];
  waiting: Asking[];
  underWay: number;
}

interface Asking {
  personId: string;
  resolve(own: LearnerSince | null): void;
  reject(reason: unknown): void;
}

const unitIdsOf = ({ changes }: FeedSlice): string[] => changes.filter(({ kind }) => kind === 'unit').map(({ id }) => id);
