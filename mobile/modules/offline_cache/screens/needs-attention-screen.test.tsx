import { act, fireEvent, screen, waitFor } from '@testing-library/react-native';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { renderScreen } from '../../../test/screen-test-kit.tsx';
import type { RefusedWrite } from '../models.ts';
import { NeedsAttentionScreen } from './needs-attention-screen.tsx';

const ANSWER: RefusedWrite = {
  id: 'write-1',
  state: 'refused',
  method: 'POST',
  endpoint: '/api/v1/learning_session/events',
  idempotencyKey: 'key',
  payload: { type: 'exercise_answered' },
  code: 'not_found',
  detail: 'No such lesson.',
  unitTitle: null,
  attempts: 1,
  attemptedAt: 0,
  createdAt: 0,
};
const JOIN: RefusedWrite = {
  ...ANSWER,
  id: 'write-2',
  state: 'failing',
  method: 'PUT',
  endpoint: '/api/v1/content/my-units/water',
  payload: null,
  code: 'try_later',
  detail: null,
  unitTitle: 'Safe water',
  attempts: 7,
  attemptedAt: Date.now() - 5.5 * 60_000,
  createdAt: Date.now() - 60.5 * 60_000,
};

async function open(writes: RefusedWrite[] = [ANSWER]) {
  const services = createInMemoryServices();
  services.world.refused = writes;
  await renderScreen(<NeedsAttentionScreen onBack={() => undefined} />, { services });
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Discard' }).length).toBeGreaterThan(0));
  return services;
}
const press = (name: string) => fireEvent.press(screen.getByRole('button', { name }));

it('[OB-6] says what was refused and why, with the words of the server', async () => {
  await open();
  expect(screen.getByText('An answer')).toBeTruthy();
  expect(screen.getByText(/does not know what this is about. It said: No such lesson./)).toBeTruthy();
  expect(screen.getByText(/not sent again by itself/)).toBeTruthy();
});

it('[OB-6] says what keeps failing, since when, how often it was tried, and that it still is', async () => {
  await open([JOIN]);
  expect(screen.getByText('Adding a unit to yours · Safe water')).toBeTruthy();
  expect(screen.getByText('The server has trouble with it each time.')).toBeTruthy();
  expect(screen.getByText('It is kept, and tried again by itself.')).toBeTruthy();
  expect(screen.getByText('Done 1 hour ago · tried 7 times, last 5 minutes ago')).toBeTruthy();
});

it.each([
  [{ method: 'DELETE' as const }, 'Taking a unit from yours · Safe water'],
  [{ endpoint: '/x', payload: { type: 'session_started' } }, 'Beginning a lesson · Safe water'],
  [{ endpoint: '/x', payload: { type: 'session_completed' } }, 'Finishing a lesson · Safe water'],
  [{ endpoint: '/x', payload: 7 }, 'A change · Safe water'],
])('[OB-6] names what it is: %j', async (change, words) => {
  await open([{ ...JOIN, ...change }]);
  expect(screen.getByText(words)).toBeTruthy();
});

it('[OB-6] tries again when told to, and says so; offline it says when', async () => {
  const services = await open();
  await press('Try again');
  await waitFor(() => expect(services.world.calls).toEqual(['retry:write-1']));
  expect(await screen.findByText('Trying again now.')).toBeTruthy();
  services.world.sync = { ...services.world.sync, isOnline: false };
  await act(async () => services.world.emit('sync'));
  await press('Try again');
  expect(await screen.findByText('It is tried again as soon as you are online.')).toBeTruthy();
});

it('[OB-6] exports one write, or all when there are more', async () => {
  const services = await open([ANSWER, JOIN]);
  await fireEvent.press(screen.getAllByRole('button', { name: 'Export' })[1]!);
  await waitFor(() => expect(services.world.calls).toEqual(['export:write-2']));
  expect(await screen.findByText('Exported. Nothing here was changed.')).toBeTruthy();
  await press('Export all');
  await waitFor(() => expect(services.world.calls).toEqual(['export:write-2', 'export:all']));
});

it('[OB-6] says when a write could not be exported, and when it was sent before it could be', async () => {
  const services = await open();
  jest.spyOn(services.offlineCache, 'exportRefused').mockRejectedValueOnce(new Error('no sheet')).mockResolvedValueOnce(false);
  await press('Export');
  expect(await screen.findByText('This device could not do that. Try again.')).toBeTruthy();
  await press('Export');
  expect(await screen.findByText(/was sent in the meantime/)).toBeTruthy();
});

it('[OB-6] Discard asks first and says what is lost; keeping it throws nothing away', async () => {
  const services = await open();
  await press('Discard');
  expect(screen.getByText(/answer is lost and will not count. It exists on this device alone/)).toBeTruthy();
  await press('Keep it');
  expect(services.world.calls).toEqual([]);
  await press('Discard');
  await press('Discard for good');
  await waitFor(() => expect(services.world.calls).toEqual(['discard:write-1']));
  expect(await screen.findByText('Discarded.')).toBeTruthy();
});

it('[OB-6] says before it discards what keeps failing that the server may have it, and after when it had', async () => {
  const services = await open([JOIN]);
  await press('Discard');
  expect(
    screen.getByText(/Your units will be what the server has.*Should the server have taken it already, it counts/),
  ).toBeTruthy();
  services.world.refused = [];
  await press('Discard for good');
  expect(await screen.findByText(/was sent in the meantime/)).toBeTruthy();
});

it('[OB-6] shows the oldest of very many, and how many more there are', async () => {
  await open(Array.from({ length: 53 }, (_, index) => ({ ...ANSWER, id: `write-${index}` })));
  expect(screen.getAllByRole('button', { name: 'Discard' })).toHaveLength(50);
  expect(screen.getByText('And 3 more changes.')).toBeTruthy();
});

it('[UI-1] says that all is well when nothing was refused', async () => {
  await renderScreen(<NeedsAttentionScreen onBack={() => undefined} />);
  await waitFor(() => expect(screen.getByText('All is well')).toBeTruthy());
});
