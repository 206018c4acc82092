import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';
import type { PersonScope } from '../../compose.ts';
import { createInMemoryServices } from '../../test/in-memory-services.ts';
import { ANA, createInMemoryUser } from '../../test/in-memory-user.ts';
import { sampleUnit } from '../../test/screen-test-kit.tsx';
import { PreferencesProvider, ThemeProvider, ToastProvider } from '../ui_system/public.ts';
import { UserProvider } from '../user/public-ui.ts';
import { RootNavigator } from './root-navigator.tsx';
import { hrefTo } from './routes.ts';

jest.mock('expo-audio', () => jest.requireActual<object>('../../test/expo-stand-ins/expo-audio.ts'));

const METRICS = { frame: { x: 0, y: 0, width: 390, height: 844 }, insets: { top: 0, left: 0, right: 0, bottom: 0 } };

function scopeOf(title: string, id: string = ANA.id): PersonScope {
  const services = createInMemoryServices();
  const unit = sampleUnit({ title });
  services.world.units.all = { kind: 'units', units: [unit] };
  services.world.unitDetails.set(unit.id, { kind: 'unit', unit });
  return { user: { ...ANA, id }, ...services };
}

function AppOf({ scope }: { scope: PersonScope | null }) {
  return (
    <SafeAreaProvider initialMetrics={METRICS}>
      <PreferencesProvider initial={{}} onChange={() => undefined}>
        <ThemeProvider>
          <QueryClientProvider client={client}>
            <UserProvider value={user.service}>
              <ToastProvider>
                <RootNavigator scope={scope} />
              </ToastProvider>
            </UserProvider>
          </QueryClientProvider>
        </ThemeProvider>
      </PreferencesProvider>
    </SafeAreaProvider>
  );
}

let client: QueryClient;
let user: ReturnType<typeof createInMemoryUser>;
beforeEach(() => {
  client = new QueryClient({ defaultOptions: { mutations: { gcTime: Infinity } } });
  user = createInMemoryUser({ kind: 'signed_in', user: ANA });
});

it('[CM-1] Downloads opens from the header button of the list of units, and Back returns', async () => {
  await render(<AppOf scope={scopeOf('First aid')} />);
  await waitFor(() => expect(screen.getByText('First aid')).toBeTruthy());
  await fireEvent.press(screen.getByRole('button', { name: 'Downloads' }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Downloads' })).toBeTruthy());
  await fireEvent.press(screen.getByRole('button', { name: 'Back' }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Units' })).toBeTruthy());
});

it('[UI-2] a unit opens from its card', async () => {
  await render(<AppOf scope={scopeOf('First aid')} />);
  await waitFor(() => expect(screen.getByText('First aid')).toBeTruthy());
  await fireEvent.press(screen.getByRole('link', { name: 'First aid' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Download unit' })).toBeTruthy());
});

it('[OC-5] nothing of one person is shown to the next', async () => {
  const { rerender } = await render(<AppOf scope={scopeOf('Of Ana')} />);
  await waitFor(() => expect(screen.getByText('Of Ana')).toBeTruthy());
  await rerender(<AppOf scope={null} />);
  await waitFor(() => expect(screen.getByRole('button', { name: 'Sign in' })).toBeTruthy());
  expect(screen.queryByText('Of Ana')).toBeNull();
  const next = scopeOf('Of Ben', 'ben');
  let answer: () => void = () => undefined;
  const { listUnits } = next.content;
  next.content.listUnits = async (scope) => (await new Promise<void>((resolve) => (answer = resolve)), listUnits(scope));
  await rerender(<AppOf scope={next} />);
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Units' })).toBeTruthy());
  expect(screen.queryByText('Of Ana')).toBeNull();
  await act(async () => answer());
});

it('[OC-5] who signs in while another is signed in begins at their own list', async () => {
  const { rerender } = await render(<AppOf scope={scopeOf('Of Ana')} />);
  await waitFor(() => expect(screen.getByText('Of Ana')).toBeTruthy());
  await fireEvent.press(screen.getByRole('button', { name: 'Downloads' }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Downloads' })).toBeTruthy());
  await rerender(<AppOf scope={scopeOf('Of Ben', 'ben')} />);
  await waitFor(() => expect(screen.getByText('Of Ben')).toBeTruthy());
  expect(screen.queryByRole('heading', { name: 'Downloads' })).toBeNull();
});

it.each([
  [hrefTo('Units'), '/'],
  [hrefTo('Unit', { unitId: 'u' }), '/units/u'],
  [hrefTo('Lesson', { unitId: 'u', lessonId: 'l' }), '/units/u/lessons/l'],
  [hrefTo('Results', { unitId: 'u', lessonId: 'l' }), '/units/u/lessons/l/results'],
  [hrefTo('Downloads'), '/downloads'],
  [hrefTo('Settings'), '/settings'],
  [hrefTo('SignIn'), '/sign-in'],
  [hrefTo('CreateAccount'), '/create-account'],
])('[UI-2] each screen has a path of its own: %s', (path, expected) => {
  expect(path).toBe(expected);
});
