import type { NativeStackScreenProps } from '@react-navigation/native-stack';
import { useCallback, useEffect, useMemo } from 'react';
import { UnitScreen, UnitsScreen, useLessonTitle } from '../content/public-ui.ts';
import { LessonScreen, PracticeScreen, ResultsScreen } from '../learning_session/public-ui.ts';
import { UpdateNotice } from './app-update.tsx';
import { hrefTo, type Routes } from './routes.ts';
import { useI18n } from '../ui_system/public.ts';
import { useUnitProgress } from './unit-progress.ts';

type Props<Name extends keyof Routes> = NativeStackScreenProps<Routes, Name>;

export function UnitsRoute({ navigation }: Props<'Units'>) {
  const progress = useUnitProgress(null);
  const ways = useMemo(
    () => ({
      unitHref: (unitId: string) => hrefTo('Unit', { unitId }),
      onOpenUnit: (unitId: string) => navigation.navigate('Unit', { unitId }),
      onOpenDownloads: () => navigation.navigate('Downloads'),
      settingsHref: hrefTo('Settings'),
      onOpenSettings: () => navigation.navigate('Settings'),
      onSignInAgain: () => navigation.navigate('SignInAgain'),
    }),
    [navigation],
  );
  return <UnitsScreen progress={progress} notice={<UpdateNotice />} navigation={ways} />;
}

export function UnitRoute({ navigation, route }: Props<'Unit'>) {
  const { unitId } = route.params;
  const progress = useUnitProgress(unitId);
  const setTitle = useCallback((title: string) => navigation.setOptions({ title }), [navigation]);
  return (
    <UnitScreen
      unitId={unitId}
      progress={progress}
      onBack={() => navigation.popTo('Units')}
      onOpenLesson={(lessonId) => navigation.navigate('Lesson', { unitId, lessonId })}
      onTitle={setTitle}
    />
  );
}

export function LessonRoute({ navigation, route }: Props<'Lesson'>) {
  const { unitId, lessonId } = route.params;
  const title = useLessonTitle(unitId, lessonId);
  const i18n = useI18n();
  useEffect(() => navigation.setOptions({ title: title ?? i18n.t('Lesson') }), [navigation, title, i18n]);
  return (
    <LessonScreen
      unitId={unitId}
      lessonId={lessonId}
      // Going back from the results leads to the unit, not into the finished lesson.
      onFinish={() => navigation.replace('Results', { unitId, lessonId })}
      onBackToUnit={() => navigation.popTo('Unit', { unitId })}
    />
  );
}

export function ResultsRoute({ navigation, route }: Props<'Results'>) {
  const { unitId, lessonId } = route.params;
  return (
    <ResultsScreen
      unitId={unitId}
      lessonId={lessonId}
      onPractise={() => navigation.navigate('Practice', { unitId, lessonId })}
      onBackToUnit={() => navigation.popTo('Unit', { unitId })}
    />
  );
}

export function PracticeRoute({ navigation, route }: Props<'Practice'>) {
  const { unitId, lessonId } = route.params;
  return (
    <PracticeScreen
      unitId={unitId}
      lessonId={lessonId}
      onBackToResults={() => navigation.popTo('Results', { unitId, lessonId })}
      onBackToUnit={() => navigation.popTo('Unit', { unitId })}
    />
  );
}
