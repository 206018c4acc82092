import { act, reopen, type Run, unitIdOf } from './act.ts';
import { brokenPromise, safePlaces } from './invariants.ts';
import { ask, engineOf } from './oracle.ts';
import { sealedPeople } from './sealed.ts';
import { type Device, killApp, personOn } from './world/device.ts';
import { createSha256 } from './world/disk.ts';
import { FAIR_WEATHER } from './world/network.ts';
import { PEOPLE, type Truth } from './world/server.ts';

const MINUTE = 60_000;
/** The longest wait that a server can ask for, and some backoff after it. */
const DRAINS_WITHIN_MINUTES = 90;

/**
 * All trouble ends; then everything must arrive by itself (rule OB-9), and after one more sync all copies must be the same.
 * The first promise that is broken, in words, or null.
 */
export async function healAndCompare(run: Run): Promise<string | null> {
  await endTrouble(run);
  for (let minute = 0; minute < DRAINS_WITHIN_MINUTES && !(await isDrained(run)); minute += minute < 20 ? 1 : 10) {
    reopen(run);
    await signInWhereAsked(run);
    await bringSealedHome(run);
    await run.world.scheduler.advance((minute < 20 ? 1 : 10) * MINUTE);
  }
  const stuck = await stuckPromise(run);
  if (stuck !== null) return stuck;
  for (const round of [1, 1, 2]) {
    await retryDownloads(run);
    for (const [index] of run.devices.entries()) await act(run, { do: 'sync_now', device: index });
    await run.world.scheduler.advance(round * MINUTE);
    await signInWhereAsked(run);
    await run.world.scheduler.advance(round * MINUTE);
  }
  // A repair that was given up is tried again after a while.
  for (let minutes = 0; minutes < 60 && run.devices.some(hasError); minutes += 5) await run.world.scheduler.advance(5 * MINUTE);
  const truth = await run.server.truth();
  return brokenPromise(run, truth) ?? (await stuckPromise(run)) ?? (await differing(run, truth));
}

function hasError(device: Device): boolean {
  const error = personOn(device)?.offlineCache.syncStatus().lastError ?? null;
  return error !== null && error !== 'repaired';
}

/** What was held back by choice, had failed, or was paused, the person asks for again; now it must come. */
async function retryDownloads({ devices, hands, world }: Run): Promise<void> {
  for (const device of devices) {
    const person = personOn(device);
    const engine = person && engineOf(device, person.user.id);
    hands.begin(device, 'lift the limits', async ({ offlineCache }) => {
      await offlineCache.setWifiOnly(false);
      await offlineCache.setStorageLimit(null);
    });
    const waiting = engine ? ask(engine, "SELECT unit_id FROM downloads WHERE state IN ('failed', 'paused')") : [];
    for (const { unit_id } of waiting)
      hands.begin(device, 'retry a download', ({ offlineCache }) => offlineCache.resumeDownload(String(unit_id)));
  }
  await world.scheduler.advance(2 * MINUTE);
}

async function endTrouble(run: Run): Promise<void> {
  await run.server.poison?.(0);
  for (const device of run.devices) {
    device.current?.life.plan(null);
    device.current?.life.fail(0);
    Object.assign(device.link, { state: 'up', weather: FAIR_WEATHER, trouble: 'none' });
    Object.assign(device.disk, { freeBytes: null, areDatabasesFull: false });
    // Half of the worlds heal without the phone being told, unless it had been told of trouble.
    if (run.world.seed % 2 === 0 || device.hint.kind !== 'wifi') device.current?.setHint({ isOnline: true, kind: 'wifi' });
  }
  run.world.weatherEnds();
  reopen(run);
  await run.world.scheduler.advance(5_000);
}

/** Where a token has died, the banner asks, and the person does; with nobody there, nothing is waiting. */
async function signInWhereAsked(run: Run): Promise<void> {
  for (const [index, device] of run.devices.entries()) {
    const person = personOn(device);
    if (person?.offlineCache.syncStatus().needsSignIn !== true) continue;
    await act(run, { do: 'sign_in', device: index, person: PEOPLE.findIndex((email) => email === person.user.email) });
  }
}

/** Whoever left work behind comes back for it, one after the other. */
async function bringSealedHome(run: Run): Promise<void> {
  for (const [index, device] of run.devices.entries()) {
    const [ownerId] = sealedPeople(device);
    const email = ownerId === undefined ? undefined : run.oracle.people.get(ownerId)?.email;
    if (email === undefined) continue;
    const person = personOn(device);
    if (person && person.user.id === ownerId) {
      // What could not be opened (a full disk, a key that comes with the next sign-in) is tried again when the app is opened.
      if (!person.offlineCache.syncStatus().needsSignIn) killApp(device);
    } else if (person) {
      tidyTray(run, device);
      await act(run, { do: 'sign_out', device: index, how: 'send_first' });
    } else await act(run, { do: 'sign_in', device: index, person: PEOPLE.findIndex((known) => known === email) });
  }
}

/** What was refused would have to be kept once more; whoever leaves the phone to another throws it away. */
function tidyTray({ hands, oracle }: Run, device: Device): void {
  hands.begin(device, 'tidy the tray', async ({ offlineCache }) => {
    for (const { id, state, idempotencyKey } of await offlineCache.listRefused()) {
      if (state !== 'refused') continue;
      oracle.discarded.add(idempotencyKey);
      await offlineCache.discardRefused(id);
    }
  });
}

async function isDrained(run: Run): Promise<boolean> {
  return (await stuckPromise(run)) === null;
}

async function stuckPromise(run: Run): Promise<string | null> {
  const { devices, hands } = run;
  for (const device of devices) {
    const { current } = device;
    if (!current || current.life.isDead()) return `${device.name} is not open`;
    if (current.startFault !== null) return `${device.name} does not start: ${String((current.startFault as Error).stack)}`;
    if (!current.app) return `[OB-9] ${device.name} is still starting`;
    const hanging = hands.actions.find((action) => action.incarnation === current && !action.isOver);
    if (hanging) return `[OB-9] ${device.name}: "${hanging.words}" never came to an end`;
    if (sealedPeople(device).length > 0) return `[AU-2] ${device.name}: sealed work never comes home`;
    const person = personOn(device);
    if (!person) continue;
    const { outstanding, isRunning } = person.offlineCache.syncStatus();
    if (outstanding > 0) return `[OB-9] ${device.name}: ${outstanding} writes of ${person.user.email} do not go away`;
    if (isRunning) return `[OB-9] ${device.name}: a sync does not end`;
    const cached = await answered(run, person.offlineCache.listCachedUnits());
    if (!cached) {
      // Two faults in the middle of a sign-out: the person opens the app again.
      killApp(device);
      return `[OB-9] ${device.name}: the database does not answer`;
    }
    const pending = cached.find(({ download: { status } }) => status === 'queued' || status === 'downloading');
    if (pending)
      return `[DL-3] ${device.name}: the download of ${pending.unitId} does not end: ${JSON.stringify(pending.download)}`;
  }
  return null;
}

/** What the app answers within a second of the world's time, or null. */
async function answered<T>({ world }: Run, question: Promise<T>): Promise<T | null> {
  let answer: T | null = null;
  void question.then((value) => (answer = value)).catch(() => undefined);
  await world.scheduler.settle();
  if (answer === null) await world.scheduler.advance(1_000);
  return answer;
}

async function differing(run: Run, truth: Truth): Promise<string | null> {
  const places = safePlaces(run, truth);
  for (const [eventId, answer] of run.oracle.acknowledged) {
    if (!places(eventId, answer)) return `[OB-2] the answer ${eventId} of ${answer.email} never arrived`;
    if (run.oracle.lostByRestore.has(eventId) && !hasArrived(truth, eventId, answer.email) && isStillHeld(run, eventId)) {
      return `[CT-11] the restored server lacks the answer ${eventId} of ${answer.email}, and a phone of theirs has it`;
    }
  }
  for (const device of run.devices) {
    const person = personOn(device);
    if (!person) continue;
    const engine = engineOf(device, person.user.id);
    if (!engine) return `${device.name} has no database of ${person.user.email}`;
    const said =
      differingCatalogue(device, engine, truth) ??
      differingEvents(engine, truth, person.user.email) ??
      differingDownloads(engine, truth) ??
      needlessRepair(run, engine) ??
      (!hasError(device) ? null : `the last sync ended with ${String(person.offlineCache.syncStatus().lastError)}`);
    if (said !== null) return `${device.name}: ${said}`;
  }
  return differingProgress(run);
}

function hasArrived({ eventsByEmail }: Truth, eventId: string, email: string): boolean {
  return eventsByEmail.get(email)?.some(({ event_id }) => event_id === eventId) === true;
}

/** By any phone of the person: each is a second copy. */
function isStillHeld({ devices, oracle }: Run, eventId: string): boolean {
  if (oracle.discarded.has(eventId)) return false;
  const held = `SELECT 1 FROM session_events e WHERE event_id = ? AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.idempotency_key = e.event_id)`;
  return devices.some((device) => {
    const person = personOn(device);
    const engine = person && engineOf(device, person.user.id);
    return engine ? ask(engine, held, eventId).length > 0 : false;
  });
}

type Engine = NonNullable<ReturnType<typeof engineOf>>;

/** CT-2, CT-4, SY-7: the catalogue is the server's; what is not shown has a stub that speaks for it. */
function differingCatalogue({ schemas }: Device, engine: Engine, { units }: Truth): string | null {
  const expected = units.map(
    ({ id, version, schema_version }) =>
      `${id}:${version}:${schema_version >= schemas.oldest && schema_version <= schemas.newest ? 'shown' : 'kept out'}`,
  );
  const rows = ask(engine, 'SELECT id, version FROM units WHERE id NOT IN (SELECT id FROM unit_stubs)');
  const stubs = ask(engine, 'SELECT id, version FROM unit_stubs');
  const held = [
    ...rows.map(({ id, version }) => `${String(id)}:${String(version)}:shown`),
    ...stubs.map(({ id, version }) => `${String(id)}:${String(version)}:kept out`),
  ];
  if (held.sort().join() !== expected.sort().join()) return `[CT-2] holds ${held.join(' ')} instead of ${expected.join(' ')}`;
  // Of a unit that is kept out in its newest version, an older one may be here.
  const current = `SELECT unit_id, id, payload FROM lessons l WHERE unit_version = (SELECT version FROM units u WHERE u.id = l.unit_id)
    AND unit_id NOT IN (SELECT id FROM unit_stubs)`;
  const stored = ask(engine, current);
  for (const { unit_id, id, payload } of stored) {
    const lesson = units.find((unit) => unit.id === unit_id)?.lessons.find((known) => known.id === id);
    if (hash(payload) !== hash(JSON.stringify(lesson?.payload)))
      return `[CT-1] the lesson ${String(id)} is not what the server has`;
  }
  return null;
}

function hash(value: unknown): string {
  const sum = createSha256();
  sum.update(new TextEncoder().encode(String(value)));
  return sum.digestHex();
}

/** DL-1, DL-6: what was asked for is there, in the newest version that this app plays. */
function differingDownloads(engine: Engine, { units }: Truth): string | null {
  const [waiting] = ask(engine, 'SELECT unit_id, state, reason FROM downloads');
  const isThere = units.some(({ id }) => id === waiting?.['unit_id']);
  const isKeptOut = waiting && ask(engine, 'SELECT 1 FROM unit_stubs WHERE id = ?', String(waiting['unit_id'])).length > 0;
  if (waiting && isThere && !isKeptOut) return `[DL-3] the download of ${JSON.stringify(waiting)} never came to its end`;
  const old = ask(
    engine,
    `SELECT id FROM units WHERE downloaded_version IS NOT NULL AND downloaded_version <> version AND id NOT IN (SELECT id FROM unit_stubs)`,
  );
  return old[0] ? `[DL-6] ${String(old[0]['id'])} was never brought up to date` : null;
}

/** SY-7 mends what should not happen: where nothing else explains it, a difference is a fault of the pull. */
function needlessRepair({ oracle }: Run, engine: Engine): string | null {
  const [repairs] = ask(engine, "SELECT value FROM metadata WHERE key = 'digest_repairs'");
  return repairs && !oracle.mayDiffer ? '[OC-4] the catalogue had come to differ from the server’s, and was repaired' : null;
}

/** LS-6: every phone of a person holds all of the person's events. */
function differingEvents(engine: Engine, { eventsByEmail }: Truth, email: string): string | null {
  const held = new Set(ask(engine, 'SELECT event_id FROM session_events').map((row) => row['event_id']));
  const lacking = eventsByEmail.get(email)?.find(({ event_id }) => !held.has(event_id));
  return lacking ? `[LS-6] lacks the event ${lacking.event_id} of device ${lacking.device_id}` : null;
}

/** Phones of one person show the same progress. */
async function differingProgress(run: Run): Promise<string | null> {
  // A refused or withdrawn answer counts where it was given and nowhere else.
  if (run.oracle.hasPoisoned || run.oracle.discarded.size > 0) return null;
  const shown = new Map<string, string>();
  for (const device of run.devices) {
    const person = personOn(device);
    if (!person) continue;
    const items = await answered(run, person.learningSession.listProgress(null));
    if (!items) return `[OB-9] ${device.name}: the database does not answer`;
    const progress = items
      .map(({ lessonId, status, bestScore, attempts }) => `${lessonId} ${status} ${String(bestScore)} ${attempts}`)
      .sort()
      .join('; ');
    const other = shown.get(person.user.email);
    if (other !== undefined && other !== progress) return `${device.name} shows the progress ${progress}, another phone ${other}`;
    shown.set(person.user.email, progress);
  }
  return null;
}

export { unitIdOf };
