export type { UnitProgress, UnitsNavigation } from './components/view-models.ts';
export { ContentProvider, useLessonTitle } from './queries.tsx';
export { UnitScreen } from './screens/unit-screen.tsx';
export { UnitsScreen } from './screens/units-screen.tsx';
