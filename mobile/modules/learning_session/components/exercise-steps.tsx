import type { Exercise } from '@haversack/contract';
import { Pressable, StyleSheet, View } from 'react-native';
import { Icon, Text, radius, useI18n, usePalette, type I18n, type Palette } from '../../ui_system/public.ts';
import type { GivenAnswer } from '../models.ts';
import { answerTo } from './lesson-player-state.ts';

interface ExerciseStepsProps {
  exercises: readonly Exercise[];
  answers: readonly GivenAnswer[];
  index: number;
  onShow(index: number): void;
}

/** One dot for each exercise: what was answered and how, where one is, and the way back to an earlier one. */
export function ExerciseSteps({ exercises, answers, index, onShow }: ExerciseStepsProps) {
  const i18n = useI18n();
  return (
    <View role="group" aria-label={i18n.t('Exercises of this lesson')} style={styles.steps}>
      {exercises.map((exercise, position) => (
        <Step
          key={exercise.id}
          number={position + 1}
          given={answerTo(answers, exercise.id)}
          isCurrent={position === index}
          onPress={() => onShow(position)}
        />
      ))}
    </View>
  );
}

function Step(props: { number: number; given: GivenAnswer | null; isCurrent: boolean; onPress(): void }) {
  const { number, given, isCurrent, onPress } = props;
  const palette = usePalette();
  const i18n = useI18n();
  const look = stepLook(palette, given);
  return (
    <Pressable
      role="button"
      aria-label={stepWords(i18n, number, given)}
      aria-current={isCurrent ? 'step' : undefined}
      onPress={onPress}
      style={styles.target}
    >
      <View
        style={[
          styles.dot,
          { backgroundColor: look.fill, borderColor: isCurrent ? palette.accent : look.edge },
          isCurrent && styles.current,
        ]}
      >
        {given === null ? (
          <Text variant="smallStrong" tone={isCurrent ? 'ink' : 'muted'}>
            {i18n.number(number)}
          </Text>
        ) : (
          <Icon name={given.isCorrect ? 'check' : 'close'} size={18} tone={given.isCorrect ? 'success' : 'danger'} />
        )}
      </View>
    </Pressable>
  );
}

function stepWords(i18n: I18n, number: number, given: GivenAnswer | null): string {
  const values = { number: i18n.number(number) };
  if (given === null) return i18n.t('Exercise {number}: not answered', values);
  return given.isCorrect
    ? i18n.t('Exercise {number}: answered, right', values)
    : i18n.t('Exercise {number}: answered, wrong', values);
}

function stepLook(palette: Palette, given: GivenAnswer | null): { fill: string; edge: string } {
  if (given === null) return { fill: palette.surface, edge: palette.outline };
  return given.isCorrect
    ? { fill: palette.successSoft, edge: palette.success }
    : { fill: palette.dangerSoft, edge: palette.danger };
}

const styles = StyleSheet.create({
  steps: { flexDirection: 'row', flexWrap: 'wrap' },
  target: { width: 44, height: 44, alignItems: 'center', justifyContent: 'center' },
  dot: {
    width: 32,
    height: 32,
    borderRadius: radius.pill,
    borderWidth: 1.5,
    alignItems: 'center',
    justifyContent: 'center',
  },
  current: { borderWidth: 3 },
});
