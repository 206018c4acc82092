import {
  comeBackAndSend,
  createDevice,
  createUnsent,
  CANARY,
  type Device,
  EMAIL,
  PASSWORD,
  personOf,
  UNIT_ID,
} from '../../test/leaver.ts';
import type { Trouble } from '../../test/mortal-platform.ts';
import { fs } from '../../test/node-builtins.ts';
import { settle } from '../../test/hand-clock.ts';

const TROUBLES: readonly Trouble[] = ['dies', 'fails', 'fails_late'];
const CALLS_MAX = 200;
const TIMEOUT_MS = 180_000;

/** Everything the person did is at the server once, in their progress once, and nowhere else. */
async function expectAllOnce(device: Device, at: string): Promise<void> {
  const { app } = await device.start();
  if (app.user.state().kind === 'signed_out') {
    expect([at, device.bytes().includes(CANARY)]).toEqual([at, false]);
    expect([at, device.secrets.has('haversack.seal_key')]).toEqual([at, false]);
  }
  await comeBackAndSend(device, app);
  const { offlineCache, learningSession, content } = personOf(app);
  expect([at, offlineCache.syncStatus()]).toMatchObject([at, { outstanding: 0, refused: 0, lastError: null }]);
  const events = device.server.eventsOf(EMAIL);
  const numbers = events.map(({ device_seq }) => device_seq).sort();
  expect([at, numbers]).toEqual([at, [1, 2, 3, 4, 5, 6, 7, 8]]);
  expect([at, new Set(events.map(({ device_id }) => device_id)).size]).toEqual([at, 1]);
  expect([at, [...device.server.effects.values()].every((times) => times === 1)]).toEqual([at, true]);
  expect([at, await learningSession.listProgress(UNIT_ID)]).toMatchObject([
    at,
    [
      { status: 'completed', attempts: 1 },
      { status: 'completed', attempts: 1 },
    ],
  ]);
  expect([at, await content.listUnits('my')]).toMatchObject([at, { units: [{ id: UNIT_ID }] }]);
  expect([at, app.user.sealedWork()]).toEqual([at, 'none']);
  await app.close();
  expect([at, fs.readdirSync(device.folder).filter((name) => name.startsWith('sealed-'))]).toEqual([at, []]);
}

describe('[AU-2] [OB-2] trouble at any step', () => {
  it.each(TROUBLES)(
    'of a sign-out that keeps loses nothing, doubles nothing, leaves nothing readable (%s)',
    async (trouble) => {
      let calls = 0;
      for (let isStruck = true; isStruck; ) {
        calls += 1;
        const device = createDevice();
        const { app, mortal } = await createUnsent(device);
        mortal.strikeAt(calls, trouble);
        await app.user.signOut('keep').catch(() => undefined);
        await settle();
        isStruck = mortal.isStruck();
        mortal.strikeAt(Infinity, trouble);
        await mortal.bury();
        await expectAllOnce(device, `${trouble} at call ${calls}`).finally(() => device.remove());
        expect(calls).toBeLessThan(CALLS_MAX);
      }
      expect(calls).toBeGreaterThan(25);
    },
    TIMEOUT_MS,
  );

  it.each(TROUBLES)(
    'of the sign-in after it loses nothing and doubles nothing (%s)',
    async (trouble) => {
      let calls = 0;
      for (let isStruck = true; isStruck; ) {
        calls += 1;
        const device = createDevice();
        const first = await createUnsent(device);
        expect(await first.app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
        const { app, mortal } = await device.start();
        device.network.isDown = false;
        // The sync that follows is another matter: it would make the order of calls a matter of chance.
        const lift = device.network.always(/learning_session|content/, { kind: 'lost_before' });
        mortal.strikeAt(calls, trouble);
        await app.user.signIn(EMAIL, PASSWORD).catch(() => undefined);
        isStruck = mortal.isStruck();
        await settle();
        mortal.strikeAt(Infinity, trouble);
        await mortal.bury();
        lift();
        await expectAllOnce(device, `${trouble} at call ${calls}`).finally(() => device.remove());
        expect(calls).toBeLessThan(CALLS_MAX);
      }
      expect(calls).toBeGreaterThan(25);
    },
    TIMEOUT_MS,
  );
});
