import { id } from '../mobile/test/factories.ts';
import { type Hands, track } from './hands.ts';
import { acknowledgeMyUnit, ask, databaseNameOf, engineOf, hasTable, type Oracle } from './oracle.ts';
import { type Step, UNIT_COUNT } from './schedule.ts';
import { type Device, killApp, personOn, startApp, type World } from './world/device.ts';
import { PEOPLE, type SimServer, unitOf } from './world/server.ts';

/** A world with its people, and what is remembered of it. */
export interface Run {
  world: World;
  server: SimServer;
  devices: Device[];
  oracle: Oracle;
  hands: Hands;
  restore: (() => Promise<void>) | null;
}

export const unitIdOf = (index: number): string => id(1, (index % UNIT_COUNT) + 1);
const PASSWORD = 'correct horse';

/** Lets one step happen. People's doings are begun, not waited for. */
export async function act(run: Run, step: Step): Promise<void> {
  if ('device' in step) {
    const device = run.devices[step.device % run.devices.length];
    if (device) actOn(run, device, step);
    return;
  }
  switch (step.do) {
    case 'wait':
      return run.world.scheduler.advance(step.ms);
    case 'publish':
      return publish(run, step);
    case 'unpublish':
      return unpublish(run, step.unit, step.reason);
    case 'server':
      for (const { link } of run.devices) link.trouble = step.trouble;
      return;
    case 'poison':
      run.oracle.hasPoisoned ||= step.everyNth > 0 && run.server.poison !== undefined;
      return run.server.poison?.(step.everyNth);
    case 'back_up':
      run.restore = (await run.server.backUp?.()) ?? null;
      return;
    case 'restore':
      return restore(run);
    case 'revoke_tokens':
      return run.server.revokeTokens();
    case 'expire_urls':
      return run.server.expireUrls();
    case 'forget_cursors':
      return run.server.forgetCursors?.();
  }
}

type DeviceStep = Extract<Step, { device: number }>;

function actOn(run: Run, device: Device, step: DeviceStep): void {
  const { hands, oracle } = run;
  const doing = (words: string, work: Parameters<Hands['begin']>[2]): void => hands.begin(device, words, work);
  switch (step.do) {
    case 'open':
      return hands.openLesson(device, step.unit, step.lesson);
    case 'answer':
      return hands.answer(device, step.times, step.isRight);
    case 'sync_now':
      return doing('sync now', ({ offlineCache }) => offlineCache.syncNow());
    case 'foreground':
      return device.current?.foreground();
    case 'clear_all':
      mayStopPlaying(oracle, device);
      return doing('clear all', ({ offlineCache }) => offlineCache.clearAllDownloads());
    case 'sign_in':
      return signIn(run, device, PEOPLE[step.person % PEOPLE.length] ?? PEOPLE[0]);
    case 'sign_out':
      return signOut(run, device, step.how);
    case 'tray':
      return useTray(run, device, step.how);
    case 'wifi_only':
      return doing('choose Wi-Fi only', ({ offlineCache }) => offlineCache.setWifiOnly(step.isOn));
    case 'limit':
      oracle.limited.add(device.name);
      oracle.refetching.add(device.name);
      return doing('set a storage limit', ({ offlineCache }) => offlineCache.setStorageLimit(step.bytes));
    case 'restart':
      killApp(device);
      return;
    case 'die':
      device.current?.life.plan(step.death);
      return;
    case 'fail':
      device.current?.life.fail(step.afterCalls);
      return;
    case 'lose_file':
      return loseFile(run, device);
    case 'corrupt_mirror':
      oracle.mayDiffer = true;
      return corruptMirror(device);
    case 'update_app':
      mayStopPlaying(oracle, device);
      device.schemas = { oldest: Math.max(step.oldest, device.schemas.oldest), newest: 2 };
      return killApp(device);
    case 'link':
    case 'hint':
    case 'clock':
    case 'disk':
      return surround(device, step);
    default:
      return actOnUnit(run, device, step);
  }
}

function surround(device: Device, step: Extract<DeviceStep, { do: 'link' | 'hint' | 'clock' | 'disk' }>): void {
  switch (step.do) {
    case 'link':
      device.link.state = step.state;
      return;
    case 'hint':
      return device.current?.setHint({ isOnline: step.isOnline, kind: step.isOnline ? step.kind : 'none' });
    case 'clock':
      device.clockOffsetMs += step.jumpMs;
      return;
    case 'disk':
      device.disk.freeBytes = step.freeBytes;
      device.disk.areDatabasesFull = step.areDatabasesFull;
      return;
  }
}

function actOnUnit({ hands, oracle }: Run, device: Device, step: Extract<DeviceStep, { unit: number; do: string }>): void {
  const unitId = unitIdOf(step.unit);
  if (step.do === 'cancel' || step.do === 'remove') {
    mayStopPlaying(oracle, device, unitId);
    oracle.kept.delete(`${device.name}/${unitId}`);
  }
  hands.begin(device, `${step.do} a unit`, async ({ offlineCache, content, user }) => {
    switch (step.do) {
      case 'download':
        return offlineCache.requestUnitDownload(unitId);
      case 'pause':
        return offlineCache.pauseDownload(unitId);
      case 'resume':
        return offlineCache.resumeDownload(unitId);
      case 'cancel':
        return offlineCache.cancelDownload(unitId);
      case 'remove':
        return offlineCache.removeDownload(unitId);
      case 'join':
        await content.joinMyUnits(unitId);
        return acknowledgeMyUnit(oracle, device, user, unitId);
      case 'leave':
        await content.leaveMyUnits(unitId);
        return acknowledgeMyUnit(oracle, device, user, unitId);
      case 'keep_unit':
        await offlineCache.setKept(unitId, true);
        oracle.kept.add(`${device.name}/${unitId}`);
        return;
      default: {
        const cover = id(4, ((step.unit % UNIT_COUNT) + 1) * 100);
        const shown = await offlineCache.resolveAsset(cover);
        if (shown.kind === 'local') shown.release();
      }
    }
  });
}

/** `unitId` absent: any. */
function mayStopPlaying(oracle: Oracle, device: Device, unitId = '*'): void {
  oracle.mayStopPlaying.add(`${device.name}/${unitId}`);
  oracle.refetching.add(device.name);
}

function signIn({ hands, oracle }: Run, device: Device, email: string): void {
  const incarnation = device.current;
  const app = incarnation?.app;
  if (!incarnation || !app || incarnation.life.isDead()) return;
  const state = app.user.state();
  // While somebody is signed in, the screen offers it only when their token has died, and then to anybody.
  if (state.kind === 'signed_in' && state.user.email !== email) {
    if (app.person()?.offlineCache.syncStatus().needsSignIn !== true) return;
    mayStopPlaying(oracle, device);
  }
  const action = { device, incarnation, words: `sign in as ${email}`, isOver: false };
  track(hands.actions, oracle, action, app.user.signIn(email, PASSWORD));
}

function signOut({ hands, oracle }: Run, device: Device, how: 'send_first' | 'keep' | 'discard'): void {
  const incarnation = device.current;
  const app = incarnation?.app;
  if (!incarnation || !app || incarnation.life.isDead()) return;
  const state = app.user.state();
  if (state.kind === 'signed_out') return;
  mayStopPlaying(oracle, device);
  const scope = `${device.name}/${state.user.id}`;
  if (how === 'discard') {
    oracle.discarding.add(scope);
    oracle.discardedBy.set(scope, incarnation);
  }
  const leaving = app.user.signOut(how).then((result) => {
    // Whoever signs in again at once has a new database before anybody looks.
    if (how === 'discard' && result.kind === 'signed_out') {
      oracle.takenAway.set(scope, new Set([...oracle.acknowledged.keys(), ...oracle.acknowledgedKeys.keys()]));
    }
    if (result.kind !== 'signed_out' || app.user.state().kind === 'signed_in') return;
    // What could not be removed is marked, and removed at the next start.
    if (device.disk.secrets.get('haversack.purge')?.includes(state.user.id)) return;
    const name = databaseNameOf(state.user.id);
    const engine = engineOf(device, state.user.id);
    // A sign-in that came to nothing may have left an empty database.
    const isEmpty =
      !engine ||
      !hasTable(engine, 'units') ||
      ask(engine, 'SELECT 1 FROM units UNION ALL SELECT 1 FROM session_events').length === 0;
    if (!isEmpty || device.disk.areas.has(name)) {
      oracle.broken.push(`[AU-1] ${device.name} signed ${state.user.email} out, and something of theirs is still there`);
    }
  });
  track(hands.actions, oracle, { device, incarnation, words: `sign out (${how})`, isOver: false }, leaving);
}

function useTray({ hands, oracle }: Run, device: Device, how: 'retry' | 'discard'): void {
  hands.begin(device, `${how} a refused write`, async ({ offlineCache }) => {
    const [first] = await offlineCache.listRefused();
    if (!first) return;
    if (how === 'retry') return offlineCache.retryRefused(first.id);
    oracle.discarded.add(first.idempotencyKey);
    return offlineCache.discardRefused(first.id);
  });
}

/** As a phone's system does when it needs room, or a cleaning app. */
function loseFile({ oracle, world }: Run, device: Device): void {
  const files = [...device.disk.areas].flatMap(([area, names]) => [...names.keys()].map((name) => ({ area, name })));
  const lost = files[Math.floor(world.random() * files.length)];
  if (!lost) return;
  device.disk.areas.get(lost.area)?.delete(lost.name);
  oracle.hasLostFiles.add(device.name);
  oracle.lostFiles.set(`${device.name}/${lost.area}/${lost.name}`, device.lives);
  mayStopPlaying(oracle, device);
}

/** A row of the catalogue is not what the server sent: the digest must tell (rule SY-7). */
function corruptMirror(device: Device): void {
  const person = personOn(device);
  const engine = person && engineOf(device, person.user.id);
  if (!engine || engine.isTransaction) return;
  engine.exec(`DELETE FROM units WHERE download_status = 'not_downloaded' AND id = (SELECT MAX(id) FROM units)
    AND (SELECT COUNT(*) FROM units) > 1`);
}

async function publish({ server }: Run, { unit, variant, schemaVersion }: Extract<Step, { do: 'publish' }>): Promise<void> {
  await server.publish({ number: (unit % UNIT_COUNT) + 1, variant, schemaVersion });
}

/** The first unit is never taken away. */
async function unpublish({ server, oracle }: Run, unit: number, reason: 'deleted' | 'access_revoked'): Promise<void> {
  const index = unit % UNIT_COUNT;
  const { units } = await server.truth();
  if (index === 0 || !units.some(({ id: unitId }) => unitId === unitIdOf(index))) return;
  oracle.mayStopPlaying.add(`*/${unitIdOf(index)}`);
  await server.remove(unitIdOf(index), reason);
}

async function restore(run: Run): Promise<void> {
  if (!run.restore) return;
  const before = await run.server.truth();
  await run.restore();
  const after = await run.server.truth();
  run.oracle.hasRestored = true;
  run.oracle.mayDiffer = true;
  for (const [email, events] of before.eventsByEmail) {
    const kept = new Set(after.eventsByEmail.get(email)?.map(({ event_id }) => event_id));
    for (const { event_id } of events) if (!kept.has(event_id)) run.oracle.lostByRestore.add(event_id);
  }
  for (let index = 0; index < UNIT_COUNT; index += 1) run.oracle.mayStopPlaying.add(`*/${unitIdOf(index)}`);
}

/** Apps that are dead are opened again; a start that met a fault (a full disk) is tried again. */
export function reopen({ world, devices }: Run): void {
  for (const device of devices) {
    const { current } = device;
    if (current && !current.life.isDead() && current.startFault === null) continue;
    current?.life.die();
    startApp(world, device);
  }
}

export { unitOf };
