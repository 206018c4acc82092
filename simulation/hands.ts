import { type PersonScope } from '../mobile/compose.ts';
import { StorageFullError, TransportError } from '../mobile/modules/infrastructure/models.ts';
import type { LessonContent } from '../mobile/modules/content/public.ts';
import { AnswerNotTakenError } from '../mobile/modules/learning_session/public.ts';
import { acknowledge, type Oracle } from './oracle.ts';
import { type Device, type Incarnation, personOn } from './world/device.ts';
import { MachineError } from './world/life.ts';

/** The lesson that is open on a device. */
interface OpenLesson {
  lesson: LessonContent;
  sessionId: string;
}

/** What a person does, and what became of it. */
export interface Action {
  device: Device;
  incarnation: Incarnation;
  words: string;
  isOver: boolean;
}

export interface Hands {
  readonly actions: Action[];
  /** Begins it; does not wait for its end. Faults that a screen would show are none; any other breaks a promise. */
  begin(device: Device, words: string, work: (person: PersonScope) => Promise<unknown>): void;
  openLesson(device: Device, unitIndex: number, lessonIndex: number): void;
  answer(device: Device, times: number, isRight: boolean): void;
}

export function createHands(oracle: Oracle): Hands {
  const actions: Action[] = [];
  /** By incarnation: a new start has no lesson open. */
  const open = new WeakMap<Incarnation, OpenLesson>();

  function begin(device: Device, words: string, work: (person: PersonScope) => Promise<unknown>): void {
    const person = personOn(device);
    const incarnation = device.current;
    if (!person || !incarnation) return;
    track(actions, oracle, { device, incarnation, words, isOver: false }, work(person));
  }

  return {
    actions,
    begin,
    openLesson(device, unitIndex, lessonIndex) {
      const { current } = device;
      if (current)
        begin(device, 'open a lesson', (person) =>
          openLesson(open, current, { oracle, device, person }, [unitIndex, lessonIndex]),
        );
    },
    answer(device, times, isRight) {
      const { current } = device;
      if (!current) return;
      begin(device, 'answer', async (person) => {
        const scene: Scene = { oracle, device, person };
        if (!open.has(current)) await openLesson(open, current, scene, [0, 0]);
        for (let turn = 0; turn < times; turn += 1) {
          const opened = open.get(current);
          if (!opened) return;
          if (!(await answerNext(scene, opened, isRight))) open.delete(current);
        }
      });
    },
  };
}

export function track(actions: Action[], oracle: Oracle, action: Action, work: Promise<unknown>): void {
  actions.push(action);
  work.then(
    () => {
      action.isOver = true;
    },
    (error: unknown) => {
      action.isOver = true;
      if (!isShown(error) && !isOfGoneFile(oracle, action.device, error))
        oracle.broken.push(`${action.device.name}: ${action.words} failed: ${String((error as Error).stack)}`);
    },
  );
}

/** A file that the system, or a sign-out, took away under the app's hands: a fault that is shown, and gone with the next try. */
function isOfGoneFile({ hasLostFiles }: Oracle, device: Device, error: unknown): boolean {
  const isExpected = hasLostFiles.has(device.name) || personOn(device) === null;
  return isExpected && error instanceof Error && /^no file |holds \d+ bytes/.test(error.message);
}

/** What a screen has words for. */
function isShown(error: unknown): boolean {
  if (error instanceof StorageFullError || error instanceof TransportError || error instanceof AnswerNotTakenError) return true;
  if (error instanceof MachineError) return true;
  // Somebody signed out meanwhile.
  return error instanceof Error && error.message === 'the database is closed';
}

interface Scene {
  oracle: Oracle;
  device: Device;
  person: PersonScope;
}

async function openLesson(
  open: WeakMap<Incarnation, OpenLesson>,
  current: Incarnation,
  { oracle, device, person }: Scene,
  [unitIndex, lessonIndex]: [number, number],
): Promise<void> {
  const list = await person.content.listUnits('all');
  if (list.kind !== 'units') return;
  const units = list.units.filter(({ lessonCount }) => lessonCount > 0);
  const unit = units[unitIndex % Math.max(1, units.length)];
  if (!unit) return;
  const detail = await person.content.getUnitDetail(unit.id);
  if (detail.kind !== 'unit') return;
  const { lessons } = detail.unit;
  const head = lessons[lessonIndex % Math.max(1, lessons.length)];
  const result = head ? await person.content.getLesson(unit.id, head.id) : null;
  if (result?.kind !== 'lesson') return;
  const { sessionId } = await person.learningSession.openSession(result.lesson);
  open.set(current, { lesson: result.lesson, sessionId });
  acknowledge(oracle, device, person.user, { sessionId, type: 'session_started', exerciseId: null });
}

/** False: the lesson is over. */
async function answerNext(
  { oracle, device, person }: Scene,
  { lesson, sessionId }: OpenLesson,
  isRight: boolean,
): Promise<boolean> {
  const session = await person.learningSession.getSession(sessionId);
  if (!session || session.isCompleted) return false;
  const exercise = lesson.exercises.find(({ id }) => !session.answers.some(({ exerciseId }) => exerciseId === id));
  if (!exercise) {
    await person.learningSession.completeSession(sessionId, lesson);
    acknowledge(oracle, device, person.user, { sessionId, type: 'session_completed', exerciseId: null });
    return false;
  }
  const answer =
    exercise.type === 'multiple_choice'
      ? { option_id: isRight ? exercise.correct_option_id : (exercise.options[1]?.id ?? '') }
      : { text: isRight ? exercise.canonical_answer : 'no idea' };
  await person.learningSession.recordAnswer(sessionId, lesson, exercise.id, answer, 1_000);
  acknowledge(oracle, device, person.user, { sessionId, type: 'exercise_answered', exerciseId: exercise.id });
  return true;
}
