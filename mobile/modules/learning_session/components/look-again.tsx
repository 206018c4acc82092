import type { Exercise } from '@haversack/contract';
import { StyleSheet, View } from 'react-native';
import { Button, Card, Heading, Text, space, useI18n } from '../../ui_system/public.ts';
import type { LessonContent } from '../../content/public.ts';
import type { GivenAnswer, LessonResults } from '../models.ts';
import { ModelAnswer, feedbackWords } from './feedback.tsx';

/** The exercises that went wrong, with what was answered and why it is otherwise; nothing when all were right. */
export function LookAgain({
  lesson,
  results,
  onPractise,
}: {
  lesson: LessonContent;
  results: LessonResults;
  onPractise(): void;
}) {
  const i18n = useI18n();
  const wrong = lesson.exercises.filter((exercise) => results.wrongExerciseIds.includes(exercise.id));
  if (wrong.length === 0) return null;
  return (
    <View style={styles.list}>
      <Heading level={2}>{i18n.t('What to look at again')}</Heading>
      <View style={styles.action}>
        <Button kind="secondary" icon="refresh" label={i18n.t('Practise these again')} onPress={onPractise} />
      </View>
      {wrong.map((exercise) => (
        <WrongExercise
          key={exercise.id}
          exercise={exercise}
          given={results.session.answers.find((answer) => answer.exerciseId === exercise.id) ?? null}
        />
      ))}
    </View>
  );
}

function WrongExercise({ exercise, given }: { exercise: Exercise; given: GivenAnswer | null }) {
  const i18n = useI18n();
  const words = given === null ? null : feedbackWords(i18n, exercise, given);
  const explanation = exercise.explanation ?? null;
  return (
    <Card>
      <Heading level={3} dir="auto">
        {exercise.prompt}
      </Heading>
      <View>
        <Text variant="smallStrong" tone="muted">
          {i18n.t('You answered')}
        </Text>
        {given === null ? <Text>{i18n.t('Nothing')}</Text> : <Text dir="auto">{answerWords(exercise, given)}</Text>}
      </View>
      <ModelAnswer text={modelAnswerOf(exercise)} />
      {words === null || words.reason === null ? null : <Text dir="auto">{words.reason}</Text>}
      {explanation === null || explanation === words?.reason ? null : <Text dir="auto">{explanation}</Text>}
    </Card>
  );
}

function answerWords(exercise: Exercise, { answer }: GivenAnswer): string {
  if ('text' in answer) return answer.text;
  if (exercise.type !== 'multiple_choice') return '';
  return exercise.options.find((option) => option.id === answer.option_id)?.text ?? '';
}

function modelAnswerOf(exercise: Exercise): string {
  if (exercise.type === 'short_answer') return exercise.canonical_answer;
  return exercise.options.find((option) => option.id === exercise.correct_option_id)?.text ?? '';
}

const styles = StyleSheet.create({ list: { gap: space.l }, action: { flexDirection: 'row' } });
