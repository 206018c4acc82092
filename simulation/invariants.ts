import type { DatabaseSync } from 'node:sqlite';
import type { Run } from './act.ts';
import { type Acknowledged, ask, databaseNameOf, hasTable, readableEngines } from './oracle.ts';
import { sealedKeys } from './sealed.ts';
import { type Device, personOn } from './world/device.ts';
import { createSha256, joined, sizeOf } from './world/disk.ts';
import { PEOPLE, type Truth } from './world/server.ts';

/** What must hold after every step. The first promise that is broken, in words, or null. */
export function brokenPromise(run: Run, truth: Truth): string | null {
  settleDiscards(run, truth);
  for (const device of run.devices) forgetNoticed(run, device);
  notePublished(run, truth);
  return (
    run.oracle.broken[0] ??
    brokenOnServer(truth) ??
    brokenOrder(run, truth) ??
    brokenAnswer(run, truth) ??
    first(run.devices, (device) =>
      first(changedEngines(run, device), ({ userId, engine }) => {
        const said = brokenEvents(run, engine) ?? brokenCatalogue(engine) ?? brokenDownload(run, device, { userId, engine });
        return said === null ? null : `${device.name}: ${said}`;
      }),
    )
  );
}

function notePublished({ oracle: { objectsByVersion } }: Run, { units }: Truth): void {
  for (const { id, version, assets } of units) {
    const objects = assets
      .map(({ object_id }) => object_id)
      .sort()
      .join();
    const known = objectsByVersion.get(`${id}:${version}`) ?? new Set<string>();
    objectsByVersion.set(`${id}:${version}`, known.add(objects));
  }
}

/** An app that was opened after the loss, by the person whose file it was, has looked. */
function forgetNoticed({ oracle }: Run, device: Device): void {
  const person = personOn(device);
  if (!person) return;
  for (const [file, life] of oracle.lostFiles) {
    if (file.startsWith(`${device.name}/person-${person.user.id}/`) && life < device.lives) oracle.lostFiles.delete(file);
  }
}

/** A sign-out that was told to throw work away has done so, or has come to nothing: only what it took is forgiven. */
function settleDiscards({ oracle, devices }: Run, { eventsByEmail }: Truth): void {
  for (const scope of oracle.discarding) {
    const [deviceName, userId = ''] = scope.split('/');
    const device = devices.find(({ name }) => name === deviceName);
    const isGone = device?.disk.databases.has(databaseNameOf(userId)) === false;
    const isBack = device && personOn(device)?.user.id === userId && oracle.discardedBy.get(scope) !== device.current;
    const taken = oracle.takenAway.get(scope);
    if (!isGone && !isBack && !taken) continue;
    oracle.discarding.delete(scope);
    oracle.takenAway.delete(scope);
    if (!isGone && !taken) continue;
    for (const [eventId, answer] of [...oracle.acknowledged, ...oracle.acknowledgedKeys]) {
      if (answer.device !== deviceName || answer.userId !== userId || !(isGone || taken?.has(eventId))) continue;
      if (!eventsByEmail.get(answer.email)?.some(({ event_id }) => event_id === eventId)) oracle.discarded.add(eventId);
    }
  }
}

const changesSeen = new WeakMap<DatabaseSync, string>();

/** Databases in which something was written since they were last looked at, or beside which a file has gone. */
function changedEngines({ oracle }: Run, device: Device): ReturnType<typeof readableEngines> {
  return readableEngines(device).filter(({ engine }) => {
    const [row] = ask(engine, 'SELECT total_changes() AS changes');
    const mark = `${String(row?.['changes'])} ${device.lives} ${oracle.lostFiles.size}`;
    const isChanged = changesSeen.get(engine) !== mark;
    changesSeen.set(engine, mark);
    return isChanged;
  });
}

function first<T>(items: readonly T[], look: (item: T) => string | null): string | null {
  for (const item of items) {
    const said = look(item);
    if (said !== null) return said;
  }
  return null;
}

/** LS-1, OB-8, OC-5. */
function brokenOnServer({ eventsByEmail, effects }: Truth): string | null {
  for (const [key, count] of effects ?? []) if (count > 1) return `[LS-1] the write ${key} took effect ${count} times`;
  const seen = new Set<string>();
  for (const [email, events] of eventsByEmail) {
    for (const { event_id } of events) {
      if (seen.has(event_id)) return `[LS-1] the event ${event_id} of ${email} is there twice`;
      seen.add(event_id);
    }
  }
  return null;
}

/** OB-3: within a session nothing overtakes; what was refused once, or given back after a restore, stands where it came. */
function brokenOrder({ oracle }: Run, { eventsByEmail }: Truth): string | null {
  if (oracle.hasPoisoned || oracle.hasRestored) return null;
  const lastSeq = new Map<string, number>();
  for (const events of eventsByEmail.values()) {
    for (const { device_id, session_id, device_seq, event_id, type } of events) {
      // It takes the number of what was thrown away, whenever that was.
      if (type === 'withdrawn') continue;
      const session = `${device_id}/${session_id}`;
      if (device_seq < (lastSeq.get(session) ?? 0))
        return `[OB-3] the event ${event_id} was overtaken by a later one of its session`;
      lastSeq.set(session, device_seq);
    }
  }
  return null;
}

/** OB-2: an answer that was called saved is on the server, or in an outbox of its own person. */
function brokenAnswer(run: Run, truth: Truth): string | null {
  const places = safePlaces(run, truth);
  for (const [eventId, answer] of run.oracle.acknowledged) {
    if (places(eventId, answer)) continue;
    return `[OB-2] the answer ${eventId} of ${answer.email}, saved on ${answer.device} as number ${answer.seq}, is nowhere any more`;
  }
  // A server that does not say which keys it has seen is believed; one that was restored has forgotten some.
  if (truth.effects === null || run.oracle.hasRestored) return null;
  for (const [key, write] of run.oracle.acknowledgedKeys) {
    if (truth.effects.has(key) || places(key, write)) continue;
    return `[OB-2] the write ${key} of ${write.email}, saved on ${write.device}, is nowhere any more`;
  }
  return null;
}

/** Whether something, somewhere, will bring this answer to the server, or somebody threw it away. */
export function safePlaces(
  { oracle, devices }: Run,
  { eventsByEmail }: Truth,
): (eventId: string, answer: Acknowledged) => boolean {
  const onServer = new Map(PEOPLE.map((email) => [email, new Set(eventsByEmail.get(email)?.map(({ event_id }) => event_id))]));
  const waiting = new Set<string>();
  for (const device of devices) {
    for (const place of sealedKeys(oracle, device)) waiting.add(place);
    for (const [name, { engine }] of device.disk.databases) {
      if (name.startsWith('sealed-')) continue;
      if (engine.isTransaction || !hasTable(engine, 'outbox')) {
        // Cannot be looked into just now: everything of it counts as there.
        waiting.add(`${device.name}/${name}`);
        continue;
      }
      for (const row of ask(engine, 'SELECT idempotency_key AS key FROM outbox')) waiting.add(`${name}/${String(row['key'])}`);
    }
  }
  return (eventId, { email, userId, device }) => {
    const name = `person-${userId}`;
    return (
      onServer.get(email as (typeof PEOPLE)[number])?.has(eventId) === true ||
      waiting.has(`${name}/${eventId}`) ||
      waiting.has(`${device}/${name}`) ||
      oracle.discarded.has(eventId) ||
      oracle.discarding.has(`${device}/${userId}`) ||
      // The phone is the second copy; where it is none any more, a backup is as old as it is.
      oracle.lostByRestore.has(eventId)
    );
  };
}

const IS_WITHDRAWN = `EXISTS (SELECT 1 FROM session_events w WHERE w.type = 'withdrawn' AND e.type <> 'withdrawn'
  AND w.device_id = e.device_id AND w.device_seq = e.device_seq)`;

/** OB-1, OC-3: an event and its outbox row are there together; numbers have no holes. */
function brokenEvents({ oracle }: Run, engine: DatabaseSync): string | null {
  const [orphan] = ask(
    engine,
    `SELECT event_id FROM session_events e WHERE confirmed_feed_id IS NULL AND NOT ${IS_WITHDRAWN}
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.idempotency_key = e.event_id)`,
  );
  if (orphan) return `[OB-1] the event ${String(orphan['event_id'])} waits for nothing: it has no row in the outbox`;
  const [ghost] = ask(
    engine,
    `SELECT idempotency_key AS key FROM outbox o WHERE endpoint LIKE '%/events'
     AND NOT EXISTS (SELECT 1 FROM session_events e WHERE e.event_id = o.idempotency_key)`,
  );
  if (ghost) return `[OB-1] the outbox would send ${String(ghost['key'])}, which is no event here`;
  const [own] = ask(
    engine,
    `SELECT COUNT(DISTINCT device_seq) AS count, MAX(device_seq) AS highest FROM session_events
     WHERE device_id = (SELECT value FROM metadata WHERE key = 'device_id')`,
  );
  if (Number(own?.['count'] ?? 0) !== Number(own?.['highest'] ?? 0)) return '[LS-4] the numbers of this device have holes';
  const refused = ask(engine, "SELECT idempotency_key AS key, refusal FROM outbox WHERE state = 'refused'");
  const wrong = refused.find(({ refusal }) => !/forbidden|not_found/.test(String(refusal)));
  if (wrong)
    return `[OB-5] ${String(wrong['key'])} counts as refused, and the server never refused it: ${String(wrong['refusal'])}`;
  return oracle.hasPoisoned || refused.every(({ refusal }) => !String(refusal).includes('forbidden'))
    ? null
    : '[OB-5] an answer counts as refused, and the server refused none';
}

/** OC-1, SY-4: a catalogue that was here once is never empty while it is pulled anew. */
function brokenCatalogue(engine: DatabaseSync): string | null {
  const [pulled] = ask(engine, "SELECT 1 FROM metadata WHERE key = 'last_pull:units'");
  const [found] = ask(engine, 'SELECT 1 FROM units UNION ALL SELECT 1 FROM unit_stubs LIMIT 1');
  return pulled && !found ? '[OC-1] the catalogue was there and is empty' : null;
}

/** DL-1, DL-2, DL-6: what is called downloaded is whole, and what played plays. */
function brokenDownload(run: Run, device: Device, { userId, engine }: { userId: string; engine: DatabaseSync }): string | null {
  const whole = ask(engine, 'SELECT id, downloaded_version AS version FROM units WHERE downloaded_version IS NOT NULL');
  const [lying] = ask(
    engine,
    "SELECT id FROM units WHERE download_status IN ('downloaded', 'update_available') AND downloaded_version IS NULL",
  );
  if (lying) return `[DL-1] ${String(lying['id'])} shows as downloaded, and no version of it is whole`;
  for (const unit of whole) {
    const said = brokenVersion(run, device, { userId, engine }, [String(unit['id']), Number(unit['version'])]);
    if (said !== null) return said;
  }
  return stoppedPlaying(run, device, { userId, engine }, new Set(whole.map((unit) => String(unit['id']))));
}

function brokenVersion(
  run: Run,
  device: Device,
  { userId, engine }: { userId: string; engine: DatabaseSync },
  [unitId, version]: [string, number],
): string | null {
  const [lesson] = ask(engine, 'SELECT 1 FROM lessons WHERE unit_id = ? AND unit_version = ? LIMIT 1', unitId, version);
  if (!lesson) return `[DL-1] ${unitId} shows as downloaded without a lesson`;
  const wanted = 'SELECT object_id, size_bytes, status, local_path FROM assets WHERE unit_id = ? AND unit_version = ?';
  const assets = ask(engine, wanted, unitId, version);
  const objects = assets
    .map((asset) => String(asset['object_id']))
    .sort()
    .join();
  const known = run.oracle.objectsByVersion.get(`${unitId}:${version}`);
  if (known && !known.has(objects)) return `[DL-1] ${unitId} shows as downloaded without some of its files`;
  const area = `person-${userId}`;
  const files = device.disk.areas.get(area);
  for (const asset of assets) {
    const name = String(asset['local_path']);
    if (run.oracle.lostFiles.has(`${device.name}/${area}/${name}`)) continue;
    if (asset['status'] !== 'downloaded')
      return `[DL-1] ${unitId} shows as downloaded, and its file ${name} is ${String(asset['status'])}`;
    const chunks = files?.get(name);
    if (!chunks) return `[DL-1] ${unitId} shows as downloaded, and its file ${name} is not on disk`;
    if (sizeOf(chunks) !== asset['size_bytes']) return `[DL-2] the file ${name} of ${unitId} has not its size`;
    if (hashOf(chunks) !== asset['object_id']) return `[DL-2] the file ${name} of ${unitId} has other bytes`;
  }
  return null;
}

/** By the very bytes: files are never changed in place. */
const hashes = new WeakMap<readonly Uint8Array[], string>();
function hashOf(chunks: readonly Uint8Array[]): string {
  const known = hashes.get(chunks);
  if (known !== undefined) return known;
  const hash = createSha256();
  hash.update(joined(chunks));
  const hex = hash.digestHex();
  hashes.set(chunks, hex);
  return hex;
}

/** What was so when one last looked: what is asked to be kept in the moment in which it makes room comes too late. */
interface LastLook {
  playing: ReadonlySet<string>;
  kept: ReadonlySet<string>;
}
const lastLooks = new WeakMap<Device, Map<string, LastLook>>();

function stoppedPlaying(
  { oracle }: Run,
  device: Device,
  { userId, engine }: { userId: string; engine: DatabaseSync },
  playing: ReadonlySet<string>,
): string | null {
  const byUser = lastLooks.get(device) ?? new Map<string, LastLook>();
  lastLooks.set(device, byUser);
  const before = byUser.get(userId) ?? { playing: new Set(), kept: new Set() };
  byUser.set(userId, { playing, kept: new Set(oracle.kept) });
  for (const unitId of before.playing) {
    const reasons = [`${device.name}/${unitId}`, `${device.name}/*`, `*/${unitId}`];
    if (playing.has(unitId) || reasons.some((reason) => oracle.mayStopPlaying.has(reason))) continue;
    if (!oracle.limited.has(device.name)) return `[DL-6] ${unitId} was whole and played; now it does not`;
    if (before.kept.has(`${device.name}/${unitId}`)) return `[DL-12] ${unitId} was to be kept, and made room`;
    if (!isFinished(engine, unitId)) return `[DL-12] ${unitId} is not finished, and made room`;
  }
  return null;
}

/** Every lesson that is here of it was brought to its end. */
function isFinished(engine: DatabaseSync, unitId: string): boolean {
  const [open] = ask(
    engine,
    `SELECT 1 FROM lessons l WHERE unit_id = ? AND NOT EXISTS (SELECT 1 FROM session_events e
       WHERE e.type = 'session_completed' AND e.unit_id = l.unit_id AND e.lesson_id = l.id)`,
    unitId,
  );
  return !open;
}
