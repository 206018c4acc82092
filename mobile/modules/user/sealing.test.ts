import type { HaversackApp } from '../../compose.ts';
import { settle } from '../../test/hand-clock.ts';
import { id } from '../../test/factories.ts';
import {
  CANARY,
  comeBackAndSend,
  createDevice,
  createUnsent,
  type Device,
  EMAIL,
  openDatabase,
  PASSWORD,
  personOf,
  playWithCanary,
  UNIT_ID,
  UNSENT_COUNT,
} from '../../test/leaver.ts';
import { fs } from '../../test/node-builtins.ts';
import { statusReply } from '../../test/scripted-network.ts';

const EVENTS = /POST .*\/learning_session\/events/;
const sealedName = (personNumber: number): string => `sealed-${id(8, personNumber)}`;

let device: Device;
let app: HaversackApp;
beforeEach(async () => {
  device = createDevice();
  ({ app } = await createUnsent(device));
});
afterEach(async () => {
  await app.close();
  device.remove();
});

const signIn = async (email = EMAIL) => {
  device.network.isDown = false;
  return app.user.signIn(email, PASSWORD);
};
/** Signs in where nothing but signing in gets through. */
const signInAlone = async () => {
  device.network.isDown = false;
  const lift = device.network.always(/learning_session|content/, { kind: 'lost_before' });
  expect(await app.user.signIn(EMAIL, PASSWORD)).toMatchObject({ ok: true });
  await personOf(app).offlineCache.syncNow();
  lift();
};
const status = () => personOf(app).offlineCache.syncStatus();
const eventNumbers = () => device.server.eventsOf(EMAIL).map(({ device_seq }) => device_seq);

describe('[AU-2] signing out and keeping', () => {
  it('leaves nothing readable, and brings everything back under its old keys and numbers', async () => {
    expect(await app.user.signOut('send_first')).toEqual({ kind: 'unsent', count: UNSENT_COUNT, canKeep: true });
    const keysBefore = await openDatabase(device, `person-${id(8, 1)}`, (database) =>
      database.all('SELECT id, lane, idempotency_key, state, refusal, created_at FROM outbox ORDER BY seq'),
    );
    expect(device.bytes()).toContain(CANARY);
    expect(device.secrets.has('haversack.seal_key')).toBe(true);

    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    expect(app.user.sealedWork()).toBe('waiting');
    expect(device.bytes()).not.toContain(CANARY);
    expect([...device.secrets.keys()]).toEqual([]);

    await signInAlone();
    expect(app.user.sealedWork()).toBe('none');
    expect(status()).toMatchObject({ outstanding: UNSENT_COUNT - 1, refused: 1 });
    expect(await personOf(app).offlineCache.listRefused()).toMatchObject([{ code: 'invalid_body' }]);
    const keysAfter = await openDatabase(device, `person-${id(8, 1)}`, (database) =>
      database.all('SELECT id, lane, idempotency_key, state, refusal, created_at FROM outbox ORDER BY seq'),
    );
    expect(keysAfter).toEqual(keysBefore);
    expect(await personOf(app).learningSession.listProgress(UNIT_ID)).toMatchObject([
      { status: 'completed', attempts: 1 },
      { status: 'completed', attempts: 1 },
    ]);
    await comeBackAndSend(device, app);
    expect(eventNumbers().sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('[OB-6] a refused write that came back can be discarded, and gives its number back under its old device', async () => {
    await app.user.signOut('keep');
    await signIn();
    const [refused] = await personOf(app).offlineCache.listRefused();
    await personOf(app).offlineCache.discardRefused(refused?.id ?? '');
    await personOf(app).offlineCache.syncNow();
    const events = device.server.eventsOf(EMAIL);
    expect(events.filter(({ type }) => type === 'withdrawn').map(({ device_seq }) => device_seq)).toEqual([4]);
    expect(new Set(events.map(({ device_id }) => device_id)).size).toBe(1);
    expect(await personOf(app).learningSession.listProgress(UNIT_ID)).toMatchObject([
      { status: 'in_progress', attempts: 1 },
      { status: 'completed', attempts: 1 },
    ]);
  });

  it('can be done again with what came back and what was added', async () => {
    await app.user.signOut('keep');
    await signInAlone();
    device.network.isDown = false;
    await personOf(app).content.getLesson(UNIT_ID, id(2, 10));
    device.network.isDown = true;
    await playWithCanary(app, 0);
    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    expect(device.bytes()).not.toContain(CANARY);
    await comeBackAndSend(device, app);
    expect(status()).toMatchObject({ outstanding: 0, refused: 0 });
    expect([...device.server.effects.values()].every((times) => times === 1)).toBe(true);
    expect(device.server.eventsOf(EMAIL).length).toBeGreaterThan(8);
  });

  it('a parcel that did not go when it was opened is not put back a second time', async () => {
    await app.user.signOut('keep');
    const file = `${device.folder}/${sealedName(1)}.sqlite3`;
    const parcel = fs.readFileSync(file);
    await comeBackAndSend(device, app);
    const sent = device.network.countOf(EVENTS);
    await app.close();
    fs.writeFileSync(file, parcel);
    ({ app } = await device.start());
    expect(status()).toMatchObject({ outstanding: 0, refused: 0 });
    await personOf(app).offlineCache.syncNow();
    expect(device.network.countOf(EVENTS)).toBe(sent);
    expect(fs.existsSync(file)).toBe(false);
  });

  it('[OC-5] neither reads nor removes what is another’s', async () => {
    await app.user.signOut('keep');
    device.network.isDown = false;
    expect(await app.user.signUp('bo@example.org', PASSWORD, 'Bo')).toMatchObject({ ok: true });
    expect(app.user.sealedWork()).toBe('none');
    await personOf(app).offlineCache.syncNow();
    expect(status()).toMatchObject({ outstanding: 0, refused: 0 });
    await personOf(app).content.getLesson(UNIT_ID, id(2, 10));
    device.network.isDown = true;
    await playWithCanary(app, 0);
    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    expect(device.bytes()).not.toContain(CANARY);

    await signIn();
    await personOf(app).offlineCache.syncNow();
    expect(device.server.eventsOf('bo@example.org')).toEqual([]);
    expect(eventNumbers()).toHaveLength(7);
    await app.user.signOut('discard');
    expect(app.user.sealedWork()).toBe('waiting');
    await signIn('bo@example.org');
    await personOf(app).offlineCache.syncNow();
    expect(device.server.eventsOf('bo@example.org')).toHaveLength(4);
    expect(eventNumbers()).toHaveLength(7);
  });

  it('[SE-3] under another key stays shut, says so without saying what, and opens when the right one is back', async () => {
    await app.user.signOut('keep');
    device.server.sealKeyGeneration = 2;
    expect(await signIn()).toMatchObject({ ok: true });
    expect(app.user.sealedWork()).toBe('shut');
    expect(device.warnings.join()).toContain('sealed work stays shut');
    expect(device.warnings.join()).not.toContain(CANARY);
    expect(status()).toMatchObject({ outstanding: 0, refused: 0 });
    // Work goes on, and can be kept as well: two parcels under two keys.
    await personOf(app).offlineCache.syncNow();
    await personOf(app).content.getLesson(UNIT_ID, id(2, 11));
    device.network.isDown = true;
    await playWithCanary(app, 1);
    await app.user.signOut('keep');
    device.server.sealKeyGeneration = 1;
    await signIn();
    expect(app.user.sealedWork()).toBe('shut');
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
    await app.user.signOut('send_first');
    device.server.sealKeyGeneration = 2;
    await comeBackAndSend(device, app);
    expect(app.user.sealedWork()).toBe('none');
    expect(eventNumbers()).toHaveLength(12);
    expect([...device.server.effects.values()].every((times) => times === 1)).toBe(true);
  });

  it('stays shut where it was damaged, stays on the disk, and does not keep its owner out', async () => {
    await app.user.signOut('keep');
    await openDatabase(device, sealedName(1), async (database) => {
      const box = (await database.get<{ box: Uint8Array }>('SELECT box FROM parcels'))?.box ?? new Uint8Array();
      box[40] = (box[40] ?? 0) ^ 1;
      await database.run('UPDATE parcels SET box = ?', [box]);
    });
    expect(await signIn()).toMatchObject({ ok: true });
    expect(app.user.sealedWork()).toBe('shut');
    await app.user.signOut('discard');
    await openDatabase(device, sealedName(1), async (database) => {
      expect(await database.all('SELECT id FROM parcels')).toHaveLength(1);
      const box = (await database.get<{ box: Uint8Array }>('SELECT box FROM parcels'))?.box ?? new Uint8Array();
      box[40] = (box[40] ?? 0) ^ 1;
      await database.run('UPDATE parcels SET box = ?', [box]);
    });
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('is not offered, and not done, without a key; signing in again brings one', async () => {
    device.secrets.delete('haversack.seal_key');
    expect(await app.user.signOut('send_first')).toEqual({ kind: 'unsent', count: UNSENT_COUNT, canKeep: false });
    expect(await app.user.signOut('keep')).toEqual({ kind: 'unsent', count: UNSENT_COUNT, canKeep: false });
    expect(status()).toMatchObject({ outstanding: UNSENT_COUNT - 1, refused: 1 });
    await signInAlone();
    device.network.isDown = true;
    expect(await app.user.signOut('send_first')).toMatchObject({ canKeep: true });
    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('never with the key of somebody else', async () => {
    const [, key] = (device.secrets.get('haversack.seal_key') ?? '').split(' ');
    device.secrets.set('haversack.seal_key', `${id(8, 2)} ${key}`);
    expect(await app.user.signOut('keep')).toMatchObject({ kind: 'unsent', canKeep: false });
  });

  it('[AU-3] a dead token sends nothing, and nothing is said to have been sent', async () => {
    device.server.revokeTokens();
    device.network.isDown = false;
    expect(await app.user.signOut('send_first')).toEqual({ kind: 'unsent', count: UNSENT_COUNT, canKeep: true });
    expect(eventNumbers()).toHaveLength(3);
    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('[SY-5] in the middle of a sync stops it; what the server took without our knowing counts once', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const send = device.server.send.bind(device.server);
    device.server.send = async (request) => {
      const reply = await send(request);
      if (EVENTS.test(`${request.method} ${request.url}`)) await held;
      return reply;
    };
    device.network.isDown = false;
    const sync = personOf(app).offlineCache.syncNow();
    await settle();
    expect(await app.user.signOut('keep')).toEqual({ kind: 'signed_out' });
    letGo();
    await sync;
    await settle();
    expect(eventNumbers()).toHaveLength(7);
    expect(device.bytes()).not.toContain(CANARY);
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
    expect([...device.server.effects.values()].every((times) => times === 1)).toBe(true);
  });

  it('brings a join back as the person left it, also while it cannot be sent', async () => {
    await app.user.signOut('keep');
    const lift = device.network.always(/my-units/, statusReply(503));
    await signIn();
    await personOf(app).offlineCache.syncNow();
    expect(await personOf(app).content.listUnits('my')).toMatchObject({ units: [{ id: UNIT_ID }] });
    lift();
    await personOf(app).offlineCache.syncNow();
    expect(await personOf(app).content.listUnits('my')).toMatchObject({ units: [{ id: UNIT_ID }] });
  });

  it('[CT-11] what came back and was confirmed is sent again to a server that was restored without it', async () => {
    await app.user.signOut('keep');
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
    device.server.restore(3);
    await personOf(app).offlineCache.syncNow();
    await personOf(app).offlineCache.syncNow();
    expect(eventNumbers().sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('[DL-7] on a full disk changes nothing and says that it failed', async () => {
    await app.close();
    const started = await device.start();
    ({ app } = started);
    started.disk.maxPageCount = 1;
    await expect(app.user.signOut('keep')).rejects.toThrow();
    started.disk.maxPageCount = null;
    expect(app.user.state().kind).toBe('signed_in');
    await app.close();
    ({ app } = await device.start());
    expect(app.user.sealedWork()).toBe('none');
    expect(status()).toMatchObject({ outstanding: UNSENT_COUNT - 1, refused: 1 });
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('[OB-2] a sign-out that could not close the database takes nothing at its second try', async () => {
    await app.close();
    const first = await device.start();
    ({ app } = first);
    // Another tab has taken over: closing is refused, again and again.
    first.mortal.refuseToClose(true);
    await expect(app.user.signOut('send_first')).resolves.toMatchObject({ kind: 'unsent' });
    await expect(app.user.signOut('discard')).rejects.toThrow();
    await expect(app.user.signOut('discard')).rejects.toThrow();
    first.mortal.refuseToClose(false);
    expect(device.secrets.has('haversack.purge')).toBe(false);
    expect(app.person()).not.toBeNull();
    await first.mortal.bury();
    ({ app } = await device.start());
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('[OB-2] when neither sealing nor going back worked, the next try still knows what is unsent', async () => {
    await app.close();
    const started = await device.start();
    ({ app } = started);
    const { databases } = started.mortal.platform;
    const { open } = databases;
    databases.open = () => Promise.reject(new Error('no more handles'));
    await expect(app.user.signOut('keep')).rejects.toThrow('no more handles');
    databases.open = open;
    expect(await app.user.signOut('send_first')).toEqual({ kind: 'unsent', count: UNSENT_COUNT, canKeep: true });
    await comeBackAndSend(device, app);
    expect(eventNumbers()).toHaveLength(8);
  });

  it('[AU-1] a sign-out that was cut short right after its mark is carried to its end', async () => {
    await app.close();
    device.secrets.set('haversack.purge', id(8, 1));
    ({ app } = await device.start());
    expect(app.user.state().kind).toBe('signed_out');
    expect([...device.secrets.keys()]).toEqual([]);
    expect(device.bytes()).not.toContain(CANARY);
  });
});
