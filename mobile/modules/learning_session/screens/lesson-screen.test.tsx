import type { Exercise } from '@haversack/contract';
import { act, fireEvent, screen, userEvent, waitFor } from '@testing-library/react-native';
import { SilentPlayer } from '../../../test/expo-stand-ins/expo-audio.ts';
import { createInMemoryServices } from '../../../test/in-memory-services.ts';
import { StorageFullError } from '../../infrastructure/models.ts';
import { LESSON_ID, UNIT_ID, renderOver, sampleLesson } from '../../../test/lesson-test-kit.tsx';
import { LessonScreen } from './lesson-screen.tsx';

jest.mock('expo-audio', () => jest.requireActual<object>('../../../test/expo-stand-ins/expo-audio.ts'));
// Jest's Node loads nothing by `import()`; it is the real one all the same.
jest.mock('../components/math/load-typesetter.ts', () => ({ loadTypesetter: async () => jest.requireActual<object>('katex') }));

function setUp(changes: Parameters<typeof sampleLesson>[0] = {}) {
  const services = createInMemoryServices();
  services.world.lessons.set(LESSON_ID, sampleLesson(changes));
  const onFinish = jest.fn();
  const onBackToUnit = jest.fn();
  const open = () =>
    renderOver(services, <LessonScreen unitId={UNIT_ID} lessonId={LESSON_ID} onFinish={onFinish} onBackToUnit={onBackToUnit} />);
  return { ...services, onFinish, onBackToUnit, open, user: userEvent.setup() };
}

const press = async (user: ReturnType<typeof userEvent.setup>, name: string) =>
  user.press(await screen.findByRole('button', { name }));

async function answerBurn(user: ReturnType<typeof userEvent.setup>, option: string) {
  await user.press(await screen.findByRole('radio', { name: option }));
  await press(user, 'Check answer');
}

describe('LessonScreen', () => {
  it('[UI-3] goes from text over both kinds of exercise to the end without any network', async () => {
    const { open, user, onFinish, world } = setUp();
    world.sync.isOnline = false;
    await open();
    expect(await screen.findByRole('heading', { name: 'Burns' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Cool it' })).toBeTruthy();

    await answerBurn(user, 'Butter');
    expect(await screen.findByText('That is wrong.')).toBeTruthy();
    expect(screen.getByText('Fat keeps the heat in.')).toBeTruthy();
    expect(screen.getByText('Cool a burn for twenty minutes.')).toBeTruthy();
    expect(screen.getByText('Model answer')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Finish lesson' })).toBeNull();

    await press(user, 'Continue');
    await user.type(screen.getByLabelText('Your answer'), ' 20. ');
    await fireEvent(screen.getByLabelText('Your answer'), 'submitEditing');
    expect(await screen.findByText('That is right.')).toBeTruthy();
    expect(screen.getByText('twenty')).toBeTruthy();

    await press(user, 'Finish lesson');
    await waitFor(() => expect(onFinish).toHaveBeenCalledTimes(1));
    expect(world.learning.sessions).toMatchObject([
      { isCompleted: true, answers: [{ isCorrect: false }, { answer: { text: '20.' }, isCorrect: true }] },
    ]);
    expect(world.learning.openings).toBe(1);
  });

  it('[DL-12] holds its unit while it is on the screen, and no longer', async () => {
    const { open, world } = setUp();
    const { unmount } = await open();
    expect([...world.open]).toEqual([UNIT_ID]);
    await unmount();
    expect([...world.open]).toEqual([]);
  });

  it('[OB-1] says nothing of an answer before its write has resolved', async () => {
    const { open, user, world } = setUp();
    await open();
    await screen.findByRole('radio', { name: 'Butter' });
    let openGate = () => {};
    world.learning.gate = new Promise((resolve) => (openGate = resolve));
    await answerBurn(user, 'Cool running water');
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(screen.queryByText('That is right.')).toBeNull();
    expect(screen.queryByText('Saved on this device')).toBeNull();
    await act(async () => openGate());
    expect(await screen.findByText('That is right.')).toBeTruthy();
    expect(screen.getByText('Saved on this device')).toBeTruthy();
  });

  it('[DL-7] says that the device is full, keeps what was chosen, and saves it at the second try', async () => {
    const { open, user, world } = setUp();
    await open();
    await screen.findByRole('radio', { name: 'Butter' });
    world.learning.fault = new StorageFullError('disk full');
    await answerBurn(user, 'Cool running water');
    expect(await screen.findByText(/could not be saved because the storage of this device is full/)).toBeTruthy();
    expect(screen.queryByText('That is right.')).toBeNull();
    world.learning.fault = null;
    await press(user, 'Check answer');
    expect(await screen.findByText('That is right.')).toBeTruthy();
    expect(screen.queryByText(/could not be saved/)).toBeNull();
    expect(world.learning.sessions[0]?.answers).toHaveLength(1);
  });

  it('[UI-3] resumes at the same exercise after the app died, with the earlier answer kept', async () => {
    const { open, user, world } = setUp();
    const first = await open();
    await answerBurn(user, 'Butter');
    await screen.findByText('That is wrong.');
    await first.unmount();

    await open();
    expect(await screen.findByRole('heading', { name: 'For how many minutes?' })).toBeTruthy();
    await press(user, 'Exercise 1: answered, wrong');
    expect(screen.getByText('Fat keeps the heat in.')).toBeTruthy();
    expect(screen.getByRole('radio', { name: 'Butter' })).toBeChecked();
    expect(world.learning.openings).toBe(1);
  });

  it('[OB-2] follows an answer from the device to the server, and says each step', async () => {
    const { open, user, world } = setUp();
    await open();
    await answerBurn(user, 'Butter');
    expect(await screen.findByText('Saved on this device')).toBeTruthy();
    await act(async () => world.learning.deliver('sent'));
    expect(await screen.findByText('Sent')).toBeTruthy();
    await act(async () => world.learning.deliver('confirmed'));
    expect(await screen.findByText('Confirmed by server')).toBeTruthy();
    expect(world.learning.openings).toBe(1);
  });

  it('[OB-2] shows of each answer how far it has come, and of none that is not given', async () => {
    const { open, user, world } = setUp();
    await open();
    await answerBurn(user, 'Butter');
    await screen.findByText('That is wrong.');
    await act(async () => world.learning.deliver('confirmed'));
    expect(await screen.findByText('Confirmed by server')).toBeTruthy();
    await press(user, 'Continue');
    expect(screen.queryByText('Confirmed by server')).toBeNull();
    await user.type(screen.getByLabelText('Your answer'), 'twenty');
    await press(user, 'Check answer');
    expect(await screen.findByText('Saved on this device')).toBeTruthy();
    await press(user, 'Exercise 1: answered, wrong');
    expect(screen.getByText('Confirmed by server')).toBeTruthy();
    expect(screen.queryByText('Saved on this device')).toBeNull();
  });

  it('[LS-5] takes a slip of the hand for right, and says how it is written', async () => {
    const exercise = { ...sampleLesson().exercises[1], canonical_answer: 'Cold water', accepted_answers: [] } as Exercise;
    const { open, user } = setUp({ exercises: [exercise] });
    await open();
    await user.type(await screen.findByLabelText('Your answer'), 'cold watter');
    await press(user, 'Check answer');
    expect(await screen.findByText('Right, but mind the spelling: Cold water')).toBeTruthy();
    expect(screen.queryByText('That is right.')).toBeNull();
  });

  it('[LS-5] says when the server has marked an answer otherwise than this device', async () => {
    const { open, user, world } = setUp();
    await open();
    await answerBurn(user, 'Butter');
    await screen.findByText('That is wrong.');
    for (const session of world.learning.sessions) {
      session.answers = session.answers.map((answer) => ({ ...answer, isCorrect: true, isMarkedOtherwise: true }));
    }
    await act(async () => world.emit('progress'));
    expect(await screen.findByText('That is right.')).toBeTruthy();
    expect(screen.getByText('The server marked this otherwise than this device. The server’s mark counts.')).toBeTruthy();
  });

  it('[UI-3] draws formulas in the text and reads them out; what is no formula is shown as it was written', async () => {
    const { open } = setUp({ bodyMarkdown: 'Take $\\frac{a}{2}$ for $5 and $6, or $\\frac{$.\n\n$$x^2 = \\sqrt{y}$$' });
    await open();
    expect(await screen.findByRole('math', { name: 'a over 2' })).toBeTruthy();
    expect(screen.getByRole('math', { name: 'x squared equals the square root of y' })).toBeTruthy();
    expect(screen.getByLabelText('Take a over 2 for $5 and $6, or \\frac{.')).toBeTruthy();
  });

  it('[UI-2] asks for an answer in words instead of marking nothing as wrong', async () => {
    const { open, user, world } = setUp();
    await open();
    await press(user, 'Check answer');
    expect(await screen.findByText('Choose an answer first.')).toBeTruthy();
    await press(user, 'Exercise 2: not answered');
    await user.type(screen.getByLabelText('Your answer'), '   ');
    await press(user, 'Check answer');
    expect(await screen.findByText('Write an answer first.')).toBeTruthy();
    expect(world.learning.sessions[0]?.answers).toEqual([]);
  });

  it('[UI-2] offers the choice as a radio group named by the question, which can only be read once it is answered', async () => {
    const { open, user } = setUp();
    await open();
    expect(await screen.findByLabelText('What do you put on a fresh burn?')).toBeTruthy();
    await answerBurn(user, 'Butter');
    await screen.findByText('That is wrong.');
    for (const radio of screen.getAllByRole('radio')) expect(radio).toBeDisabled();
  });

  it('[UI-1] lets one read when the session cannot be written, and opens the exercises at the second try', async () => {
    const { open, user, world } = setUp();
    world.learning.fault = new StorageFullError('disk full');
    await open();
    expect(await screen.findByText(/could not be started because the storage of this device is full/)).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Cool it' })).toBeTruthy();
    world.learning.fault = null;
    const [, retry] = screen.getAllByRole('button', { name: 'Try again' });
    if (retry === undefined) throw new Error('the picture and the exercises each offer to try again');
    await user.press(retry);
    expect(await screen.findByRole('radio', { name: 'Butter' })).toBeTruthy();
  });

  it('[UI-1] can be finished when it has no exercises', async () => {
    const { open, user, onFinish } = setUp({ exercises: [] });
    await open();
    await press(user, 'Finish lesson');
    await waitFor(() => expect(onFinish).toHaveBeenCalledTimes(1));
  });

  it.each([
    ['missing', 'This lesson is not here'],
    ['offline', 'You are offline'],
    ['error', 'The lesson could not be opened'],
    ['outdated', 'This lesson waits for its authors'],
    ['app_too_old', 'This lesson needs a newer app'],
  ] as const)('[UI-1] says why there is no lesson: %s', async (kind, title) => {
    const { open, user, world, onBackToUnit } = setUp();
    world.lessons.clear();
    world.absentLesson = { kind };
    await open();
    expect(await screen.findByRole('heading', { name: title })).toBeTruthy();
    await press(user, 'Back to unit');
    expect(onBackToUnit).toHaveBeenCalledTimes(1);
  });

  it('[UI-1] shows the lesson by itself once it arrives', async () => {
    const { open, world } = setUp();
    world.lessons.clear();
    world.absentLesson = { kind: 'offline' };
    await open();
    await screen.findByRole('heading', { name: 'You are offline' });
    world.lessons.set(LESSON_ID, sampleLesson());
    await act(async () => world.emit('units'));
    expect(await screen.findByRole('heading', { name: 'Cool it' })).toBeTruthy();
  });

  it.each([
    ['[DL-11]', 'waiting_for_wifi', /waits for Wi-Fi/],
    ['[DL-12]', 'storage_limit', /your storage limit is reached/],
  ] as const)('%s says why a picture is not here, and offers to try again', async (_rule, reason, words) => {
    const { open, world } = setUp();
    world.assets.set('picture-1', { kind: 'placeholder', reason });
    await open();
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('[DL-10] shows the words of a picture that is not here, and fetches it when asked', async () => {
    const { open, user, world } = setUp();
    await open();
    expect(await screen.findByText('A hand under a tap')).toBeTruthy();
    expect(screen.getByText('The picture is not on this device yet, and you are offline.')).toBeTruthy();
    const release = jest.fn();
    world.assets.set('picture-1', { kind: 'local', uri: 'file:///picture.webp', release });
    await press(user, 'Try again');
    expect(await screen.findByLabelText('A hand under a tap')).toBeTruthy();
    expect(screen.queryByText(/not on this device yet/)).toBeNull();
    await screen.unmount();
    expect(release).toHaveBeenCalledTimes(1);
  });
});

describe('the recording', () => {
  const withAudio = { audioAssetId: 'audio-1', transcript: 'Hold it under the tap.' };

  it('[UI-3] plays, skips, changes speed, and moves the clock', async () => {
    const { open, user, world } = setUp(withAudio);
    world.assets.set('audio-1', { kind: 'local', uri: 'file:///talk.mp3', release: () => {} });
    await open();
    expect(await screen.findByText('0:00 / 1:20')).toBeTruthy();
    await press(user, 'Play');
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeTruthy();
    await press(user, 'Forward 15 seconds');
    expect(await screen.findByText('0:15 / 1:20')).toBeTruthy();
    await press(user, 'Back 15 seconds');
    expect(await screen.findByText('0:00 / 1:20')).toBeTruthy();
    await press(user, '1× speed');
    expect(await screen.findByRole('button', { name: '1.25× speed' })).toBeTruthy();
    await press(user, 'Pause');
    expect(await screen.findByRole('button', { name: 'Play' })).toBeTruthy();
  });

  it('[UI-3] counts each press, and seeks once when the presses pause', async () => {
    const { open, user, world } = setUp(withAudio);
    world.assets.set('audio-1', { kind: 'local', uri: 'file:///talk.mp3', release: () => {} });
    const seekTo = jest.spyOn(SilentPlayer.prototype, 'seekTo');
    await open();
    const forward = await screen.findByRole('button', { name: 'Forward 15 seconds' });
    for (let times = 0; times < 3; times += 1) await fireEvent.press(forward);
    expect(screen.getByText('0:45 / 1:20')).toBeTruthy();
    await waitFor(() => expect(seekTo).toHaveBeenCalled());
    expect(seekTo.mock.calls).toEqual([[45]]);
    await press(user, 'Back 15 seconds');
    await waitFor(() => expect(seekTo.mock.calls).toEqual([[45], [30]]));
  });

  it('[UI-3] begins where one stopped, also after the app died, and keeps the place', async () => {
    const { open, user, world } = setUp(withAudio);
    world.assets.set('audio-1', { kind: 'local', uri: 'file:///talk.mp3', release: () => {} });
    world.learning.places.set('audio-1', 30);
    const first = await open();
    expect(await screen.findByText('0:30 / 1:20')).toBeTruthy();
    await press(user, 'Forward 15 seconds');
    expect(await screen.findByText('0:45 / 1:20')).toBeTruthy();
    await first.unmount();
    expect(world.learning.places.get('audio-1')).toBe(45);
    await open();
    expect(await screen.findByText('0:45 / 1:20')).toBeTruthy();
    await press(user, 'Play');
    await press(user, 'Pause');
    for (let times = 0; times < 3; times += 1) await press(user, 'Forward 15 seconds');
    await screen.unmount();
    // Heard to its end, it begins anew.
    expect(world.learning.places.get('audio-1')).toBe(0);
  });

  it('[UI-3] marks the paragraph of the transcript that one hears', async () => {
    const { open, user, world } = setUp({ ...withAudio, transcript: `First ${'a'.repeat(40)}\n\nSecond ${'b'.repeat(120)}` });
    world.assets.set('audio-1', { kind: 'local', uri: 'file:///talk.mp3', release: () => {} });
    await open();
    await press(user, 'Show transcript');
    const current = () => screen.getAllByText(/First|Second/).map((text) => text.parent?.props['aria-current'] as unknown);
    expect(current()).toEqual([false, false]);
    await press(user, 'Play');
    await press(user, 'Forward 15 seconds');
    expect(current()).toEqual([true, false]);
    await press(user, 'Forward 15 seconds');
    await press(user, 'Forward 15 seconds');
    expect(current()).toEqual([false, true]);
  });

  it('[UI-3] shows the transcript also when the recording is not here', async () => {
    const { open, user } = setUp(withAudio);
    await open();
    expect(await screen.findByText('The recording is not on this device yet, and you are offline.')).toBeTruthy();
    await press(user, 'Show transcript');
    expect(screen.getByText('Hold it under the tap.')).toBeTruthy();
    await press(user, 'Hide transcript');
    expect(screen.queryByText('Hold it under the tap.')).toBeNull();
  });
});
