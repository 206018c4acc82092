import { LIMITS, type Answer, type Exercise } from '@haversack/contract';
import { useEffect, useState } from 'react';
import { useI18n, type I18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { LessonSession } from '../models.ts';
import { useRecordAnswer } from '../queries.ts';
import { writeFaultWords } from './asset-words.ts';

/** What is chosen or written and not yet checked. */
export interface Draft {
  optionId: string | null;
  text: string;
  /** Null while nothing is chosen or written. */
  answer: Answer | null;
  choose(optionId: string): void;
  write(text: string): void;
}

export function useDraft(exercise: Exercise): Draft {
  const [optionId, choose] = useState<string | null>(null);
  const [text, write] = useState('');
  const answer = exercise.type === 'multiple_choice' ? toChoice(optionId) : toText(text);
  return { optionId, text, answer, choose, write };
}

function toChoice(optionId: string | null): Answer | null {
  return optionId === null ? null : { option_id: optionId };
}

function toText(text: string): Answer | null {
  const written = text.trim().slice(0, LIMITS.answerTextMaxChars);
  return written === '' ? null : { text: written };
}

/** Writes the answer once; while that is under way pressing again does nothing. `fault` is what went wrong, in words. */
export function useAnswering(lesson: LessonContent, session: LessonSession, exercise: Exercise, answer: Answer | null) {
  const i18n = useI18n();
  const { mutate, isPending, isError, error } = useRecordAnswer(session, lesson);
  const [shownAt] = useState(() => performance.now());
  const [wasEmpty, setWasEmpty] = useState(false);
  const isSlow = useIsLong(isPending);
  const check = () => {
    setWasEmpty(answer === null);
    if (answer === null || isPending) return;
    mutate({ exerciseId: exercise.id, answer, timeSpentMs: Math.round(performance.now() - shownAt) });
  };
  if (wasEmpty && answer === null) return { check, isSlow, fault: emptyWords(i18n, exercise.type) };
  return { check, isSlow, fault: isError ? writeFaultWords(i18n, 'answer', error) : null };
}

export function emptyWords(i18n: I18n, type: Exercise['type']): string {
  return type === 'multiple_choice' ? i18n.t('Choose an answer first.') : i18n.t('Write an answer first.');
}

/** A write that takes longer than this shows that it is under way; sooner, the change would only flicker. */
const BUSY_AFTER_MS = 300;

function useIsLong(isPending: boolean): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    if (!isPending) return undefined;
    const timer = setTimeout(() => setIsLong(true), BUSY_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setIsLong(false);
    };
  }, [isPending]);
  return isLong;
}
