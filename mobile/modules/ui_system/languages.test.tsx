import { fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../test/in-memory-services.ts';
import { ANA, createInMemoryUser } from '../../test/in-memory-user.ts';
import { renderScreen, sampleDownload, sampleUnit } from '../../test/screen-test-kit.tsx';
import { UnitsScreen } from '../content/screens/units-screen.tsx';
import { CacheManagementScreen } from '../offline_cache/screens/cache-management-screen.tsx';
import { SettingsScreen } from '../user/screens/settings-screen.tsx';
import { ProgressBar } from './components/progress.tsx';

const NAVIGATION = {
  unitHref: (unitId: string) => `/units/${unitId}`,
  onOpenUnit: () => undefined,
  onOpenDownloads: () => undefined,
  settingsHref: '/settings',
  onOpenSettings: () => undefined,
  onSignInAgain: () => undefined,
};
const NO_PROGRESS = { byLessonId: new Map(), completedByUnitId: new Map() };

async function openUnits(language: string) {
  const services = createInMemoryServices();
  const unit = sampleUnit({ lessonCount: 11, download: sampleDownload('downloading', { doneBytes: 1_350_000 }) });
  services.world.units = { my: { kind: 'empty' }, all: { kind: 'units', units: [unit] } };
  await renderScreen(<UnitsScreen navigation={NAVIGATION} progress={NO_PROGRESS} />, { services, preferences: { language } });
  await waitFor(() => expect(screen.getByText('First aid')).toBeTruthy());
}

/** Without the marks that only guide the order of what is drawn, and with plain spaces. */
const plain = (text: unknown) =>
  String(text)
    .replace(/[\u200e\u200f\u061c]/g, '')
    .replace(/[\u00a0\u202f]/g, ' ');

it.each([
  [
    'es',
    ['Unidades', 'Todas las unidades', 'Descargas', 'Ajustes', 'Buscar unidades'],
    'Principiante · 11 lecciones · 3,2 MB',
    'Descargando 42 %',
  ],
  [
    'fr',
    ['Unités', 'Toutes les unités', 'Téléchargements', 'Réglages', 'Chercher des unités'],
    'Débutant · 11 leçons · 3,2 Mo',
    'Téléchargement 42 %',
  ],
  [
    'ar',
    ['الوحدات', 'كل الوحدات', 'التنزيلات', 'الإعدادات', 'البحث في الوحدات'],
    'مبتدئ · 11 درسًا · 3.2 م.ب',
    'جارٍ التنزيل 42%',
  ],
])('[UI-4] the list of units in %s: roles, names, counts and sizes', async (...[language, names, facts, state]) => {
  await openUnits(language);
  const [heading, tab, downloads, settings, search] = names;
  expect(screen.getByRole('heading', { name: heading! })).toBeTruthy();
  expect(screen.getByRole('tab', { name: tab! })).toBeSelected();
  expect(screen.getByRole('button', { name: downloads! })).toBeTruthy();
  expect(screen.getByRole('link', { name: settings! })).toBeTruthy();
  expect(screen.getByLabelText(search!)).toBeTruthy();
  const said = screen.getAllByText(/./).map((text) => plain(text.props['children']));
  expect(said).toEqual(expect.arrayContaining([facts, state]));
});

it.each([
  [0, 'لا شيء ينتظر الإرسال'],
  [1, 'تغيير واحد ينتظر الإرسال'],
  [2, 'تغييران ينتظران الإرسال'],
  [3, '3 تغييرات تنتظر الإرسال'],
  [11, '11 تغييرًا ينتظر الإرسال'],
  [100, '100 تغيير ينتظر الإرسال'],
])('[UI-4] Downloads in Arabic says of %d changes: %s', async (outstanding, words) => {
  const services = createInMemoryServices();
  services.world.sync = { ...services.world.sync, outstanding };
  await renderScreen(
    <CacheManagementScreen
      onBack={() => undefined}
      needsAttentionHref="/x"
      onNeedsAttention={() => undefined}
      settingsHref="/y"
      onSettings={() => undefined}
    />,
    { services, preferences: { language: 'ar' } },
  );
  await waitFor(() => expect(screen.getByText(words)).toBeTruthy());
});

it('[UI-4] the language is chosen in Settings, holds at once and is kept', async () => {
  const onPreference = jest.fn();
  await renderScreen(<SettingsScreen onBack={() => undefined} />, {
    user: createInMemoryUser({ kind: 'signed_in', user: ANA }),
    onPreference,
  });
  expect(screen.getByRole('radio', { name: 'Language of the device' })).toBeChecked();
  await fireEvent.press(screen.getByRole('radio', { name: 'العربية' }));
  expect(screen.getByRole('heading', { name: 'الإعدادات' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'تسجيل الخروج' })).toBeTruthy();
  expect(onPreference).toHaveBeenCalledWith('language', 'ar');
  await fireEvent.press(screen.getByRole('radio', { name: 'English' }));
  expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
});

it('[UI-4] a unit’s own words run as they do, those of the app as its language', async () => {
  await openUnits('ar');
  expect(screen.getByText('First aid')).toHaveStyle({ writingDirection: 'ltr' });
  expect(screen.getByRole('heading', { name: 'الوحدات' })).toHaveStyle({ writingDirection: 'rtl' });
});

it('[UI-4] percentages are read out in the language', async () => {
  await renderScreen(<ProgressBar label="x" value={0.5} />, { preferences: { language: 'es' } });
  expect(screen.getByRole('progressbar')).toHaveAccessibilityValue({ text: '50\u00a0%' });
});
