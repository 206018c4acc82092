import { type ComposeOptions, composeApp, type HaversackApp, type PersonScope } from '../compose.ts';
import type { Http, Platform, SqlRow, SqlValue } from '../modules/infrastructure/models.ts';
import type { LessonContent } from '../modules/content/public.ts';
import type { HandClock } from './hand-clock.ts';
import { createScriptedNetwork, type ScriptedNetwork } from './scripted-network.ts';
import { createTestDevice, type TestDevice } from './test-platform.ts';

export interface Learner extends TestDevice {
  app: HaversackApp;
  network: ScriptedNetwork;
  /** Throws when nobody is signed in. */
  person(): PersonScope;
  /** The app dies between two statements; what is on disk stays. The result is the next start of it. */
  restart(options?: ComposeOptions): Promise<Learner>;
}

export interface LearnerOptions {
  email?: string;
  seed?: number;
  kind?: Platform['kind'];
  clock?: HandClock;
  compose?: ComposeOptions;
  isKnown?: boolean;
  /** What the network does from the first moment. */
  script?: (network: ScriptedNetwork) => void;
}

/** A person with a phone, signed up (or in, when known) at this server over a network of their own. */
export async function createLearner(server: Http, options: LearnerOptions = {}): Promise<Learner> {
  const { email = 'ana@example.org', isKnown = false } = options;
  const network = createScriptedNetwork(server);
  options.script?.(network);
  const secrets = new Map<string, string>();
  const device = createTestDevice({ http: network, secrets, ...options });
  const learner = await start(device, network, secrets, options);
  const { user } = learner.app;
  const result = isKnown ? await user.signIn(email, 'correct horse') : await user.signUp(email, 'correct horse', 'Ana');
  if (!result.ok) throw new Error(`sign-in: ${result.fault}`);
  return learner;
}

async function start(
  device: TestDevice,
  network: ScriptedNetwork,
  secrets: Map<string, string>,
  options: LearnerOptions,
): Promise<Learner> {
  const app = await composeApp(device.platform, options.compose);
  return {
    ...device,
    app,
    network,
    person() {
      const person = app.person();
      if (!person) throw new Error('nobody is signed in');
      return person;
    },
    async restart(compose) {
      await app.close();
      const { folder, clock } = device;
      const next = createTestDevice({
        http: network,
        secrets,
        folder,
        clock,
        seed: (options.seed ?? 1) + 1_000,
        ...(options.kind ? { kind: options.kind } : {}),
      });
      return start(next, network, secrets, { ...options, ...(compose ? { compose } : {}) });
    },
  };
}

/** A look into the person's database, beside the app. */
export async function query(learner: Learner, sql: string, params: SqlValue[] = []): Promise<SqlRow[]> {
  const database = await learner.platform.databases.open(`person-${learner.person().user.id}`);
  try {
    return await database.all(sql, params);
  } finally {
    await database.close();
  }
}

/** The lesson, or an error that says what came instead. */
export async function lessonOf(person: PersonScope, unitId: string, lessonId: string): Promise<LessonContent> {
  const result = await person.content.getLesson(unitId, lessonId);
  if (result.kind !== 'lesson') throw new Error(`lesson: ${result.kind}`);
  return result.lesson;
}

/** Opens the lesson, answers everything (the first exercise right or wrong), completes. */
export async function playLesson(person: PersonScope, lesson: LessonContent, isFirstRight = true): Promise<string> {
  const { sessionId } = await person.learningSession.openSession(lesson);
  for (const [index, exercise] of lesson.exercises.entries()) {
    const isRight = index > 0 || isFirstRight;
    const answer =
      exercise.type === 'multiple_choice'
        ? { option_id: isRight ? exercise.correct_option_id : (exercise.options[1]?.id ?? '') }
        : { text: isRight ? exercise.canonical_answer : 'no idea' };
    await person.learningSession.recordAnswer(sessionId, lesson, exercise.id, answer, 1_000);
  }
  await person.learningSession.completeSession(sessionId, lesson);
  return sessionId;
}
