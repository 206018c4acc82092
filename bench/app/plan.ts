import type { WorkloadId } from './contestant.ts';
import type { Described } from './describe.ts';
import type { Entry } from './processes.ts';
import type { Task } from './measure.ts';

/** One contestant that takes part, with what it says of itself. */
export interface Participant extends Entry {
  described: Described;
}

export interface Options {
  rounds: number;
  quick: boolean;
  isWanted(workload: WorkloadId): boolean;
}

export type Step = Pick<Task, 'kind' | 'events' | 'batch'> & { workload: WorkloadId };

/** Steps of one contestant that follow each other: on one server, and where they read a mirror in one folder. */
export interface Chain {
  participant: Participant;
  round: number;
  units: number;
  steps: Step[];
}

const SIZES = [200, 2_000, 20_000];
/** A first sync of 20,000 units takes a peer up to a minute; its shape shows in fewer rounds. */
const PEER_ROUNDS_AT_20_000 = 2;
const OWN = /^(raw|haversack)/;
/** What the growth of a queue does is asked of these alone. */
const isOwn = ({ name }: Entry): boolean => OWN.test(name);

/** Round by round, each contestant in turn, in another order each round. */
export function planChains(participants: readonly Participant[], options: Options): Chain[] {
  const chains: Chain[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const inTurn = participants
      .map((_, index) => participants[(index + round) % participants.length])
      .filter((one) => one !== undefined);
    for (const units of options.quick ? [200] : SIZES) {
      for (const participant of inTurn) chains.push(...mirrorChain(participant, { round, units }, options));
    }
    for (const participant of inTurn) chains.push(...writeChain(participant, round, options));
  }
  return chains;
}

function mirrorChain(participant: Participant, at: { round: number; units: number }, { isWanted }: Options): Chain[] {
  if (participant.name === 'raw-full') return [];
  if (at.units === 20_000 && !isOwn(participant) && at.round > PEER_ROUNDS_AT_20_000) return [];
  const steps: Step[] = [{ workload: 'W1', kind: 'first-sync' }];
  if (isWanted('W3') && !isLeftOut(participant, 'W3', at.units)) steps.push({ workload: 'W3', kind: 'read' });
  if (isWanted('W2') && !isLeftOut(participant, 'W2', at.units)) steps.push({ workload: 'W2', kind: 'delta' });
  const isAsked = isWanted('W1') || steps.length > 1;
  return isAsked && !isLeftOut(participant, 'W1', at.units) ? [{ participant, ...at, steps }] : [];
}

function writeChain(participant: Participant, round: number, { isWanted, quick }: Options): Chain[] {
  if (participant.name === 'haversack-full') return [];
  const steps: Step[] = [];
  if (isWanted('W4') && !isLeftOut(participant, 'W4', 0)) {
    steps.push({ workload: 'W4', kind: 'write', events: 0 });
    if (isOwn(participant) && !quick) steps.push({ workload: 'W4', kind: 'write', events: 10_000 });
  }
  if (isWanted('W5') && !isLeftOut(participant, 'W5', 0)) {
    for (const batch of quick ? [100] : [1, 100, 500]) steps.push({ workload: 'W5', kind: 'drain', events: 1_000, batch });
    if (isOwn(participant) && !quick) steps.push({ workload: 'W5', kind: 'drain', events: 10_000, batch: 500 });
  }
  return steps.length > 0 ? [{ participant, round, units: 1, steps }] : [];
}

const isLeftOut = ({ described: { leftOut = {} } }: Participant, workload: WorkloadId, units: number): boolean =>
  workload in leftOut || `${workload}/${units}` in leftOut;
