export { LearningSessionProvider, useLessonProgress, type LearningSessionParts } from './queries.ts';
export { LessonScreen, type LessonScreenProps } from './screens/lesson-screen.tsx';
export { PracticeScreen, type PracticeScreenProps } from './screens/practice-screen.tsx';
export { ResultsScreen, type ResultsScreenProps } from './screens/results-screen.tsx';
