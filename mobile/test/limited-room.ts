import { id, makeUnit } from './factories.ts';
import { createLearner, type Learner, lessonOf, playLesson } from './learner.ts';
import { createServerModel, type ServerModel } from './server-model.ts';

export const MINUTE_MS = 60_000;
/** Two recordings of 1,000 bytes and a cover of 500. */
export const UNIT_BYTES = 2_500;
export const unitOf = (number: number): string => id(1, number);
export const lessonsOf = (number: number): string[] => [id(2, number * 10), id(2, number * 10 + 1)];
export const coverOf = (number: number): string => id(4, number * 100);
export const recordingOf = (number: number): string => id(4, number * 100 + 1);

/** Ana has these units; nothing is downloaded. */
export async function beginWith(...numbers: number[]): Promise<{ server: ServerModel; ana: Learner }> {
  const server = createServerModel();
  for (const number of numbers) server.publish(makeUnit(number));
  const ana = await createLearner(server);
  await ana.person().offlineCache.syncNow();
  return { server, ana };
}
const areaOf = (ana: Learner): string => `person-${ana.person().user.id}`;
export const bytesOnDisk = async (ana: Learner): Promise<number> =>
  (await ana.platform.files.list(areaOf(ana))).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
export const stateOf = (ana: Learner, number: number) => ana.person().offlineCache.downloadState(unitOf(number));
export async function statusesOf(ana: Learner, ...numbers: number[]): Promise<string[]> {
  return Promise.all(numbers.map(async (number) => (await stateOf(ana, number)).status));
}
/** Downloads one after the other, a minute apart. */
export async function download(ana: Learner, ...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    await ana.person().offlineCache.requestUnitDownload(unitOf(number));
    await ana.clock.advance(MINUTE_MS);
  }
}
/** Plays every lesson of the unit and waits until the server has it. */
export async function finish(ana: Learner, ...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    for (const lesson of lessonsOf(number)) await playLesson(ana.person(), await lessonOf(ana.person(), unitOf(number), lesson));
    await ana.person().offlineCache.syncNow();
    await ana.clock.advance(MINUTE_MS);
  }
}
export const setLimit = (ana: Learner, bytes: number | null) => ana.person().offlineCache.setStorageLimit(bytes);
