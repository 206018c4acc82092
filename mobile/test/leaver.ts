import { composeApp, type HaversackApp } from '../compose.ts';
import type { Database } from '../modules/infrastructure/models.ts';
import { id, makeUnit } from './factories.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import { lessonOf } from './learner.ts';
import { createMortalPlatform, type MortalPlatform } from './mortal-platform.ts';
import { fs, makeQuickFolder, path } from './node-builtins.ts';
import { createNodeDatabases } from './node-databases.ts';
import { createScriptedNetwork, type ScriptedNetwork } from './scripted-network.ts';
import { createServerModel, type ServerModel } from './server-model.ts';
import { createTestDevice, type TestDevice } from './test-platform.ts';

export const EMAIL = 'ana@example.org';
export const PASSWORD = 'correct horse';
export const UNIT_ID = id(1, 1);
const LESSON_IDS = [id(2, 10), id(2, 11)] as const;
/** An answer that must not be readable once its giver has left. */
export const CANARY = 'canary-9f1c';

export interface Started {
  app: HaversackApp;
  mortal: MortalPlatform;
  disk: TestDevice['disk'];
}

/** One device whose app is started again and again over the same disk. */
export interface Device {
  folder: string;
  secrets: Map<string, string>;
  server: ServerModel;
  network: ScriptedNetwork;
  clock: HandClock;
  warnings: string[];
  start(): Promise<Started>;
  /** The disk goes; nothing may be open. */
  remove(): void;
  /** Everything on the disk and in the keychain, as somebody with a probe would see it. */
  bytes(): string;
}

export function createDevice(server: ServerModel = createServerModel()): Device {
  const folder = makeQuickFolder();
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
      return { app: await composeApp(mortal.platform), mortal, disk: made.disk };
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
    bytes: () => [...filesUnder(folder).map((file) => fs.readFileSync(file, 'latin1')), JSON.stringify([...secrets])].join('\n'),
  };
  return device;
}

function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
}

/** A look into a database of the device, beside the app. */
export async function openDatabase<T>(device: Device, name: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await createNodeDatabases(device.folder).open(name);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
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
export async function createUnsent(device: Device): Promise<Started> {
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
