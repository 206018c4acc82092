import { composeApp, type HaversackApp } from '../compose.ts';
import { id, makeUnit } from './factories.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import { lessonOf } from './learner.ts';
import { createMortalPlatform, type MortalPlatform } from './mortal-platform.ts';
import { fs, makeTemporaryFolder, path } from './node-builtins.ts';
import { createScriptedNetwork, type ScriptedNetwork } from './scripted-network.ts';
import { createServerModel, type ServerModel } from './server-model.ts';
import { createTestDevice } from './test-platform.ts';

export const EMAIL = 'ana@example.org';
export const PASSWORD = 'correct horse';
export const UNIT_ID = id(1, 1);
const LESSON_IDS = [id(2, 10), id(2, 11)] as const;
/** An answer that must not be readable once its giver has left. */
export const CANARY = 'canary-9f1c';

/** One device whose app is started again and again over the same disk. */
export interface Device {
  folder: string;
  secrets: Map<string, string>;
  server: ServerModel;
  network: ScriptedNetwork;
  clock: HandClock;
  warnings: string[];
  start(): Promise<{ app: HaversackApp; mortal: MortalPlatform }>;
  /** Everything on the disk and in the keychain, as somebody with a probe would see it. */
  bytes(): string;
}

export function createDevice(server: ServerModel = createServerModel()): Device {
  const folder = makeTemporaryFolder();
  const secrets = new Map<string, string>();
  const network = createScriptedNetwork(server);
  const clock = createHandClock();
  let starts = 0;
  const device: Device = {
    folder,
    secrets,
    server,
    network,
    clock,
    warnings: [],
    async start() {
      starts += 1;
      const made = createTestDevice({ http: network, secrets, folder, clock, seed: starts });
      const warn = made.platform.logger.warn;
      made.platform.logger = { warn: (...said) => (warn(...said), void device.warnings.push(made.warnings.at(-1) ?? '')) };
      const mortal = createMortalPlatform(made.platform);
      return { app: await composeApp(mortal.platform), mortal };
    },
    bytes: () => [...filesUnder(folder).map((file) => fs.readFileSync(file, 'latin1')), JSON.stringify([...secrets])].join('\n'),
  };
  return device;
}

function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}

export function personOf(app: HaversackApp) {
  const person = app.person();
  if (!person) throw new Error('nobody is signed in');
  return person;
}

/** Plays a lesson to its end; the last answer is the canary. */
export async function playWithCanary(app: HaversackApp, lessonIndex: 0 | 1): Promise<void> {
  const { learningSession, content } = personOf(app);
  const lesson = await lessonOf({ content } as Parameters<typeof lessonOf>[0], UNIT_ID, LESSON_IDS[lessonIndex]);
  const { sessionId } = await learningSession.openSession(lesson);
  for (const exercise of lesson.exercises) {
    await learningSession.recordAnswer(sessionId, lesson, exercise.id, { text: CANARY }, 1_000);
  }
  await learningSession.completeSession(sessionId, lesson);
}

/** So many writes has `createUnsent` left unsent: a refused one, a lesson, a join. */
export const UNSENT_COUNT = 6;

/** Somebody with three events at the server, one that it refused, and a lesson and a join that it has not heard of. */
export async function createUnsent(device: Device): Promise<{ app: HaversackApp; mortal: MortalPlatform }> {
  const { server, network } = device;
  server.publish(makeUnit(1, { audioBytes: 0, coverBytes: 10 }));
  const started = await device.start();
  const { user } = started.app;
  const result = await user.signUp(EMAIL, PASSWORD, 'Ana');
  if (!result.ok) throw new Error(result.fault);
  const person = personOf(started.app);
  server.refuseEvent = ({ type }) => (type === 'session_completed' ? 'invalid_body' : null);
  await person.offlineCache.syncNow();
  await playWithCanary(started.app, 0);
  await person.offlineCache.syncNow();
  server.refuseEvent = () => null;
  network.isDown = true;
  await playWithCanary(started.app, 1);
  await person.content.joinMyUnits(UNIT_ID);
  return started;
}

/** Whoever is not signed in signs in, and everything is sent, what was refused too. */
export async function comeBackAndSend(device: Device, app: HaversackApp): Promise<void> {
  device.network.isDown = false;
  if (app.user.state().kind === 'signed_out') {
    const result = await app.user.signIn(EMAIL, PASSWORD);
    if (!result.ok) throw new Error(result.fault);
  }
  const { offlineCache } = personOf(app);
  for (const { id: refusedId } of await offlineCache.listRefused()) await offlineCache.retryRefused(refusedId);
  await offlineCache.syncNow();
}
