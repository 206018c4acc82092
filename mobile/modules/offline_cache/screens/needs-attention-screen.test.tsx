import { fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen } from '../../../test/screen-test-kit.tsx';
import type { RefusedWrite } from '../models.ts';
import { NeedsAttentionScreen } from './needs-attention-screen.tsx';

const ANSWER: RefusedWrite = {
  id: 'write-1',
  endpoint: '/api/v1/learning-sessions/events',
  idempotencyKey: 'key',
  payload: { type: 'exercise_answered' },
  code: 'not_found',
  detail: 'No such lesson.',
  createdAt: 0,
};

async function open() {
  const services = createInMemoryServices();
  services.world.refused = [ANSWER];
  await renderScreen(<NeedsAttentionScreen onBack={() => undefined} />, { services });
  await waitFor(() => expect(screen.getByText('An answer')).toBeTruthy());
  return services;
}

it('[OB-6] says what was refused and why, with the words of the server', async () => {
  await open();
  expect(screen.getByText(/does not know what this is about. It said: No such lesson./)).toBeTruthy();
});

it('[OB-6] tries again when told to', async () => {
  const services = await open();
  await fireEvent.press(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(services.world.calls).toEqual(['retry:write-1']));
});

it('[OB-6] Discard asks first; keeping it throws nothing away', async () => {
  const services = await open();
  await fireEvent.press(screen.getByRole('button', { name: 'Discard' }));
  await fireEvent.press(screen.getByRole('button', { name: 'Keep it' }));
  expect(services.world.calls).toEqual([]);
  await fireEvent.press(screen.getByRole('button', { name: 'Discard' }));
  await fireEvent.press(screen.getByRole('button', { name: 'Discard for good' }));
  await waitFor(() => expect(services.world.calls).toEqual(['discard:write-1']));
});

it('[UI-1] says that all is well when nothing was refused', async () => {
  await renderScreen(<NeedsAttentionScreen onBack={() => undefined} />);
  await waitFor(() => expect(screen.getByText('All is well')).toBeTruthy());
});
