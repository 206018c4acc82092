import { fireEvent, screen, waitFor } from '@testing-library/react-native';
import { ANA, createInMemoryUser } from '../../../test/in-memory-user.ts';
import { renderScreen } from '../../../test/screen-test-kit.tsx';
import type { SignInResult } from '../models.ts';
import { CreateAccountScreen } from './create-account-screen.tsx';
import { SettingsScreen } from './settings-screen.tsx';
import { SignInScreen } from './sign-in-screen.tsx';

function refusal(
  fault: Extract<SignInResult, { ok: false }>['fault'],
  more: Partial<Extract<SignInResult, { ok: false }>> = {},
): SignInResult {
  return { ok: false, fault, retryAfterSeconds: null, fields: [], ...more };
}

async function openSignIn(user = createInMemoryUser()) {
  const onPress = jest.fn();
  await renderScreen(<SignInScreen createAccount={{ href: '/create-account', onPress }} />, { user });
  return { user, onPress };
}

async function fillIn(fields: Record<string, string>) {
  for (const [label, text] of Object.entries(fields)) await fireEvent.changeText(screen.getByLabelText(label), text);
}

describe('Sign in', () => {
  it('[US-2] sends what was written, without the blanks around the address', async () => {
    const { user } = await openSignIn();
    await fillIn({ Email: ' ana@example.org ', Password: ' secret pass' });
    await fireEvent.press(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(user.calls).toEqual(['signIn ana@example.org  secret pass']));
  });

  it('[UI-2] leads to Create account by a link', async () => {
    const { onPress } = await openSignIn();
    await fireEvent.press(screen.getByRole('link', { name: 'Create account' }));
    expect(onPress).toHaveBeenCalled();
  });

  it('[UI-1] says what is missing before it asks the server', async () => {
    const { user } = await openSignIn();
    await fireEvent.press(screen.getByRole('button', { name: 'Sign in' }));
    expect(screen.getByText(/Write your e-mail address/)).toBeTruthy();
    expect(screen.getByText('Write your password.')).toBeTruthy();
    expect(user.calls).toEqual([]);
  });

  it('[AU-2] says when work of somebody waits here for its owner, and only then', async () => {
    const user = createInMemoryUser();
    user.sealedWork = 'waiting';
    await openSignIn(user);
    expect(screen.getByText('Unsent work is kept on this device until its owner signs in again.')).toBeTruthy();
    await screen.unmount();
    await openSignIn();
    expect(screen.queryByText(/Unsent work is kept/)).toBeNull();
  });

  it.each([
    [refusal('invalid_credentials'), 'E-mail or password is not right.'],
    [refusal('rate_limited', { retryAfterSeconds: 90 }), 'Too many attempts. Try again in 2 min.'],
    [refusal('offline'), /You are offline/],
    [refusal('server_trouble'), /server had trouble/],
  ])('[US-2] says plainly why it failed', async (result, words) => {
    const user = createInMemoryUser();
    user.nextSignIn = result;
    await openSignIn(user);
    await fillIn({ Email: 'ana@example.org', Password: 'not it' });
    await fireEvent.press(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByText(words)).toBeTruthy());
  });
});

describe('Create account', () => {
  async function open(user = createInMemoryUser()) {
    await renderScreen(<CreateAccountScreen signInHref="/sign-in" onSignIn={() => undefined} />, { user });
    return user;
  }

  it('[US-2] makes the account', async () => {
    const user = await open();
    await fillIn({ Name: ' Ana ', Email: 'ana@example.org', Password: 'longenough' });
    await fireEvent.press(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(user.calls).toEqual(['signUp ana@example.org longenough Ana']));
  });

  it('[UI-1] refuses a short password before it asks the server', async () => {
    const user = await open();
    await fillIn({ Name: 'Ana', Email: 'ana@example.org', Password: 'short' });
    await fireEvent.press(screen.getByRole('button', { name: 'Create account' }));
    expect(screen.getByText('Use at least 8 characters.')).toBeTruthy();
    expect(user.calls).toEqual([]);
  });

  it.each([
    [refusal('email_taken'), /account with this e-mail address already/],
    [refusal('invalid_input', { fields: [{ path: '/email', message: 'pattern' }] }), 'This is not an e-mail address.'],
    [refusal('invalid_input'), /did not accept this/],
  ])('[UI-1] puts what the server refused beside its field', async (result, words) => {
    const user = createInMemoryUser();
    user.nextSignIn = result;
    await open(user);
    await fillIn({ Name: 'Ana', Email: 'ana@example.org', Password: 'longenough' });
    await fireEvent.press(screen.getByRole('button', { name: 'Create account' }));
    await waitFor(() => expect(screen.getByText(words)).toBeTruthy());
  });
});

describe('Settings', () => {
  async function open(user = createInMemoryUser({ kind: 'signed_in', user: ANA })) {
    const onPreference = jest.fn();
    await renderScreen(<SettingsScreen onBack={() => undefined} />, { user, onPreference });
    return { user, onPreference };
  }

  it('[UI-2] chooses a theme and keeps it', async () => {
    const { onPreference } = await open();
    expect(screen.getByRole('radio', { name: 'As the device' })).toBeChecked();
    await fireEvent.press(screen.getByRole('radio', { name: 'Dark' }));
    expect(screen.getByRole('radio', { name: 'Dark' })).toBeChecked();
    expect(onPreference).toHaveBeenCalledWith('theme', 'dark');
  });

  it('[AU-2] tries to send first, and signs out when nothing is left', async () => {
    const { user } = await open();
    await fireEvent.press(screen.getByRole('button', { name: 'Sign out' }));
    await waitFor(() => expect(user.calls).toEqual(['signOut send_first']));
    expect(user.service.state()).toEqual({ kind: 'signed_out' });
  });

  async function openDialog(count: number, canKeep = true) {
    const user = createInMemoryUser({ kind: 'signed_in', user: ANA });
    user.nextSignOut = { kind: 'unsent', count, canKeep };
    await open(user);
    await press('Sign out');
    await waitFor(() => expect(screen.getByText(/on this device alone/)).toBeTruthy());
    return user;
  }
  const press = (name: string) => fireEvent.press(screen.getByRole('button', { name }));
  const buttons = () => screen.getAllByRole('button').map((button) => String(button.props['accessibilityLabel']));

  it('[AU-2] with unsent work says how many, offers three ways, and staying changes nothing', async () => {
    const user = await openDialog(3);
    expect(screen.getByText(/^3 changes are on this device alone/)).toBeTruthy();
    expect(buttons().slice(-3)).toEqual(['Stay signed in', 'Sign out and keep', 'Sign out and discard']);
    await press('Stay signed in');
    expect(user.calls).toEqual(['signOut send_first']);
    expect(user.service.state().kind).toBe('signed_in');
    expect(screen.queryByText(/on this device alone/)).toBeNull();
  });

  it('[AU-2] keeps when told so', async () => {
    const user = await openDialog(1);
    expect(screen.getByText(/^1 change is/)).toBeTruthy();
    await press('Sign out and keep');
    await waitFor(() => expect(user.calls).toEqual(['signOut send_first', 'signOut keep']));
    expect(user.service.state().kind).toBe('signed_out');
  });

  it('[AU-2] does not offer to keep what this device cannot seal, and says what helps', async () => {
    await openDialog(2, false);
    expect(screen.queryByRole('button', { name: 'Sign out and keep' })).toBeNull();
    expect(screen.getByText(/sign in again with your password first/)).toBeTruthy();
  });

  it('[AU-2] asks a second time before it discards, and discards only then', async () => {
    const user = await openDialog(2);
    await press('Sign out and discard');
    expect(screen.getByText('Discard 2 changes?')).toBeTruthy();
    expect(user.calls).toEqual(['signOut send_first']);
    await press('Stay signed in');
    expect(screen.queryByText('Discard 2 changes?')).toBeNull();
    expect(user.calls).toEqual(['signOut send_first']);
    await press('Sign out');
    await waitFor(() => expect(screen.getByText(/^2 changes are/)).toBeTruthy());
    await press('Sign out and discard');
    await press('Discard for good');
    await waitFor(() => expect(user.calls.slice(2)).toEqual(['signOut discard']));
  });

  it('[AU-2] says that kept work could not be opened', async () => {
    const user = createInMemoryUser({ kind: 'signed_in', user: ANA });
    user.sealedWork = 'shut';
    await open(user);
    expect(screen.getByText(/could not be opened/)).toBeTruthy();
  });

  it('[US-4] gets the data as a file, and says why where it cannot', async () => {
    const { user } = await open();
    await press('Get my data');
    await waitFor(() => expect(user.calls).toEqual(['exportData']));
    user.nextAccount = { ok: false, fault: 'offline', retryAfterSeconds: null };
    await press('Get my data');
    await waitFor(() => expect(screen.getByText('You are offline. This needs the network.')).toBeTruthy());
  });

  it('[US-4] deletes the account only after the question, with the password', async () => {
    const { user } = await open();
    await press('Delete my account');
    expect(screen.getByText(/with work that is not sent yet/)).toBeTruthy();
    expect(screen.queryByText(/units that you published/)).toBeNull();
    await press('Keep my account');
    expect(screen.queryByText(/with work that is not sent yet/)).toBeNull();
    await press('Delete my account');
    await press('Delete for good');
    expect(screen.getByText('Write your password.')).toBeTruthy();
    expect(user.calls).toEqual([]);
    user.nextAccount = { ok: false, fault: 'wrong_password', retryAfterSeconds: null };
    await fillIn({ 'Your password': 'a guess' });
    await press('Delete for good');
    await waitFor(() => expect(screen.getByText('This password is not right.')).toBeTruthy());
    expect(user.service.state().kind).toBe('signed_in');
    user.nextAccount = { ok: true };
    await fillIn({ 'Your password': 'right one' });
    await press('Delete for good');
    await waitFor(() => expect(user.service.state().kind).toBe('signed_out'));
    expect(user.calls).toEqual(['deleteAccount a guess', 'deleteAccount right one']);
  });

  it('[US-4] tells a publisher that their units go too', async () => {
    await open(createInMemoryUser({ kind: 'signed_in', user: { ...ANA, role: 'publisher' } }));
    await press('Delete my account');
    expect(screen.getByText(/units that you published go from everybody/)).toBeTruthy();
  });
});
