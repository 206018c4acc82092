import type { Database } from '../infrastructure/public.ts';
import { lockUpToDate } from './progress.ts';
import type { ProgressRepo } from './progress-repo.ts';
import type { EventRepo } from './repo.ts';

const LEARNERS_A_LOOK = 200;

/** Progress made anew from the events: nodes may serve meanwhile, each learner is locked for their own turn alone. */
export interface ProgressRebuild {
  /** Of one learner; says whether what was kept differed from what the events say. */
  rebuildOne(personId: string): Promise<boolean>;
  /** Of everybody, one after another; counts those whose progress differed. Safe to stop and to repeat. */
  rebuildAll(onProgress: (done: number) => void): Promise<RebuildCount>;
  /** Takes in what nodes of an older version have left, so that no learner's next call has to. */
  catchUpAll(onProgress: (done: number) => void): Promise<RebuildCount>;
}

export interface RebuildCount {
  learners: number;
  differed: number;
}

export function createRebuild(deps: { database: Database; events: EventRepo; repo: ProgressRepo }): ProgressRebuild {
  const { database, events, repo } = deps;

  const rebuildOne = (personId: string): Promise<boolean> =>
    database.transaction(async (tx) => {
      await lockUpToDate({ tx, events, repo }, personId);
      const before = await repo.readAsText(tx, personId);
      await repo.rebuild(tx, personId);
      return before !== (await repo.readAsText(tx, personId));
    });

  const catchUpOne = (personId: string): Promise<boolean> =>
    database.transaction(async (tx) => {
      await lockUpToDate({ tx, events, repo }, personId);
      return true;
    });

  async function forAll(
    behindOnly: boolean,
    work: (personId: string) => Promise<boolean>,
    onProgress: (done: number) => void,
  ): Promise<RebuildCount> {
    const count = { learners: 0, differed: 0 };
    for (let after: string | null = null; ; ) {
      const personIds = await repo.listLearners(after, LEARNERS_A_LOOK, behindOnly);
      for (const personId of personIds) {
        if (await work(personId)) count.differed += 1;
        count.learners += 1;
      }
      after = personIds.at(-1) ?? null;
      if (after === null) return count;
      onProgress(count.learners);
    }
  }

  return {
    rebuildOne,
    rebuildAll: (onProgress) => forAll(false, rebuildOne, onProgress),
    catchUpAll: (onProgress) => forAll(true, catchUpOne, onProgress),
  };
}
