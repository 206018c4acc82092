import { useEffect, useRef, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { Button, Card, Heading, Text, space, useI18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { LessonSession } from '../models.ts';
import { useCompleteSession } from '../queries.ts';
import { writeFaultWords } from './asset-words.ts';
import { ExerciseCard } from './exercise-card.tsx';
import { ExerciseSteps } from './exercise-steps.tsx';
import { FaultNote } from './fault-note.tsx';
import { nextOpen, openingIndex, stepAt } from './lesson-player-state.ts';
import { reveal, type Scroller } from './reveal.ts';

interface ExercisePanelProps {
  lesson: LessonContent;
  session: LessonSession;
  scroller: Scroller;
  onFinish(): void;
}

/** The exercises of a lesson one at a time, then **Finish lesson**. All that is shown as done comes from the session's rows. */
export function ExercisePanel({ lesson, session, scroller, onFinish }: ExercisePanelProps) {
  const i18n = useI18n();
  const { exercises } = lesson;
  const { answers } = session;
  const [index, setIndex] = useState(() => openingIndex(exercises, answers));
  const [hasMoved, setHasMoved] = useState(false);
  const panel = useRevealWhereOneStopped(answers.length > 0, scroller);
  const complete = useCompleteSession(session, lesson);
  const step = stepAt(exercises, answers, index);
  const show = (next: number) => {
    setIndex(next);
    setHasMoved(true);
    void reveal(panel.current, scroller, 'start');
  };
  const finish = () => {
    if (!complete.isPending) complete.mutate(undefined, { onSuccess: () => onFinish() });
  };
  const fault = complete.isError ? writeFaultWords(i18n, 'end', complete.error) : null;
  if (step === null) return <LastWord onFinish={finish} fault={fault} />;
  return (
    <View ref={panel} style={styles.panel}>
      <ExerciseSteps exercises={exercises} answers={answers} index={index} onShow={show} />
      <ExerciseCard
        key={step.exercise.id}
        step={step}
        count={exercises.length}
        lesson={lesson}
        session={session}
        scroller={scroller}
        takesFocus={hasMoved}
        onContinue={() => show(nextOpen(exercises, answers, index) ?? index)}
        onFinish={finish}
        finishFault={fault}
      />
    </View>
  );
}

/** Who comes back in the middle of the exercises is put there; who comes to read begins at the top. */
function useRevealWhereOneStopped(hasBegun: boolean, scroller: Scroller) {
  const element = useRef<View>(null);
  const [hadBegun] = useState(hasBegun);
  useEffect(() => {
    if (hadBegun) void reveal(element.current, scroller, 'start', true);
  }, [hadBegun, scroller]);
  return element;
}

/** A lesson that only wants to be read. */
function LastWord({ onFinish, fault }: { onFinish(): void; fault: string | null }) {
  const i18n = useI18n();
  return (
    <Card style={styles.lastWord}>
      <Heading level={2}>{i18n.t('You have reached the end')}</Heading>
      <Text tone="muted">{i18n.t('This lesson has no exercises.')}</Text>
      <FaultNote words={fault} />
      <Button label={i18n.t('Finish lesson')} onPress={onFinish} />
    </Card>
  );
}

const styles = StyleSheet.create({
  panel: { gap: space.m, paddingTop: space.s },
  lastWord: { alignItems: 'flex-start' },
});
