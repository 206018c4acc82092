/** A mistake that somebody could make, planted in the client while it is loaded. */
export interface PlantedFault {
  name: string;
  /** Below `mobile/`. `find` is there exactly once; planting fails when it is not, so that the bank follows the code. */
  edits: { file: string; find: string; replace: string }[];
}

const CACHE = 'modules/offline_cache/';
const INFRA = 'modules/infrastructure/';

const one = (name: string, file: string, find: string, replace: string): PlantedFault => ({
  name,
  edits: [{ file, find, replace }],
});

/** Each must be caught by the short run (rule of the bank: one that is not caught shows a hole in the simulation, or a needless line). */
export const FAULTS: readonly PlantedFault[] = [
  // Writing down
  one(
    'an answer is written outside of the transaction',
    `${CACHE}service.ts`,
    'await database.transaction(work)',
    'await work(database)',
  ),
  one('an event without its outbox row', `${CACHE}events-repo.ts`, '  await enqueueEvent(tx, event, nowAt);\n}', '  void tx;\n}'),
  one('numbers that do not move on', `${CACHE}events-repo.ts`, 'row.withdrawn ?? 0) + 1 };', 'row.withdrawn ?? 0) + 2 };'),
  one(
    'a transaction without the mutex',
    `${INFRA}platform/serial-database.ts`,
    '    await turns.take();\n    try {\n      // Asked',
    '    try {\n      // Asked',
  ),
  one(
    'an error commits what was written before it',
    `${INFRA}platform/serial-database.ts`,
    "await connection.run('ROLLBACK', [])",
    "await connection.run('COMMIT', [])",
  ),
  {
    name: 'a migration that is not one transaction',
    edits: [
      {
        file: `${INFRA}sqlite-database-provider.ts`,
        find: '    await database.transaction(async (tx) => {',
        replace: '    await (async (tx: SqlExecutor) => {',
      },
      { file: `${INFRA}sqlite-database-provider.ts`, find: '    });\n  }\n}', replace: '    })(database);\n  }\n}' },
    ],
  },
  // Sending
  one(
    'the echo of the key is not looked at',
    `${CACHE}push.ts`,
    'if (result.echoedKey !== row.idempotencyKey) return',
    'if (result.echoedKey === undefined) return',
  ),
  one(
    'every 200 confirms the whole batch',
    `${CACHE}push.ts`,
    "if (result?.status === 'accepted' || result?.status === 'duplicate') confirmed",
    "if (!result || result.status !== 'refused') confirmed",
  ),
  one('a duplicate is no confirmation', `${CACHE}push.ts`, " || result?.status === 'duplicate'", ''),
  one(
    'what was refused is thrown away',
    `${CACHE}push.ts`,
    'await refuse(tx, refused, nowAt);',
    "await tx.runMany('DELETE FROM outbox WHERE seq = ?', refused.map(({ seq }) => [seq]));",
  ),
  one(
    'one refused item sinks the batch',
    `${CACHE}push.ts`,
    "if (result?.status === 'accepted' || result?.status === 'duplicate') confirmed",
    "if ((result?.status === 'accepted' || result?.status === 'duplicate') && !results.some(({ status }) => status === 'refused')) confirmed",
  ),
  one(
    'dropped after three tries',
    `${CACHE}outbox.ts`,
    '    seqs.map((seq) => [error, nowAt, nowAt + delayMs, nowAt, seq]),\n  );',
    "    seqs.map((seq) => [error, nowAt, nowAt + delayMs, nowAt, seq]),\n  );\n  await tx.run('DELETE FROM outbox WHERE attempts >= 3');",
  ),
  one('the newest first', `${CACHE}outbox.ts`, 'AND seq > ? ORDER BY seq LIMIT', 'AND seq > ? ORDER BY seq DESC LIMIT'),
  one(
    'a write that waits lets the next of its session pass',
    `${CACHE}outbox.ts`,
    'if (blockedLanes.has(head.lane)) continue;',
    '',
  ),
  one(
    'the queue sleeps for ever after trouble',
    `${CACHE}sync.ts`,
    'if (!board.get().needsSignIn) await timers',
    'if (board.get().lastError === null) await timers',
  ),
  one('a wait outlasts a clock that was set back', `${INFRA}backoff.ts`, ' || nowAt < sinceAt', ''),
  one(
    'a year of Retry-After is honoured',
    `${INFRA}api-client.ts`,
    'Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS)',
    'seconds * 1_000',
  ),
  one(
    'a portal’s page is an answer',
    `${INFRA}api-client.ts`,
    "if (feedId === undefined || feedId === '') return { kind: 'not_ours', status };",
    "if (status === 404) return { kind: 'refused', problem: { type: 'x', title: 'x', status, code: 'not_found' }, feedId: '' };\n  if (feedId === undefined || feedId === '') return { kind: 'ok', body: { results: [], received: [] } as never, feedId: '', echoedKey: null };",
  ),
  one(
    'a proxy’s 401 or 404 is a refusal',
    `${INFRA}api-client.ts`,
    "if (feedId === undefined || feedId === '') return { kind: 'not_ours', status };",
    "if (status >= 400) return { kind: 'refused', problem: { type: 'x', title: 'x', status, code: 'http' }, feedId: '' };\n  if (feedId === undefined || feedId === '') return { kind: 'not_ours', status };",
  ),
  one(
    'a dead token is a refusal',
    `${INFRA}api-client.ts`,
    "return status === 401 ? { kind: 'sign_in', problem } : { kind: 'refused', problem, feedId };",
    "return { kind: 'refused', problem, feedId };",
  ),
  one(
    'the key of a write is made anew with each try',
    `${CACHE}push.ts`,
    'idempotencyKey: row.idempotencyKey,\n    signal',
    'idempotencyKey: run.deps.ids.uuid(),\n    signal',
  ),
  one(
    'an answer without a word for an event counts it as refused',
    `${CACHE}push.ts`,
    'else unanswered.push(row);',
    'else refused.push({ seq: row.seq, refusal: toRefusal(null) });',
  ),
  // Pulling
  one(
    'the cursor goes first',
    `${CACHE}page.ts`,
    '  await deps.database.transaction(async (tx) => {\n    const pullGeneration',
    "  await writeMetadata(deps.database, 'cursor:units', page.cursor);\n  await deps.database.transaction(async (tx) => {\n    const pullGeneration",
  ),
  one('tombstones are passed over', `${CACHE}page.ts`, 'await applyTombstones(tx, page, sorted.units);', ''),
  one('a full pull does not sweep', `${CACHE}page.ts`, '  if (isFullPull) {', '  if (isFullPull && pullGeneration < 0) {'),
  one(
    'a full pull begins by emptying the screen',
    `${CACHE}pull.ts`,
    "  await writeMetadata(tx, 'full_pull', 1);",
    "  await tx.run('DELETE FROM units');\n  await tx.run('DELETE FROM unit_stubs');\n  await writeMetadata(tx, 'full_pull', 1);",
  ),
  one(
    'an expired cursor is trouble like any other',
    `${CACHE}pull.ts`,
    "return code === 'cursor_expired' || code === 'invalid_cursor';",
    'return code === undefined;',
  ),
  one(
    'a difference is not repaired',
    `${CACHE}pull.ts`,
    'const isSame = local.count === result.body.count && local.hash === result.body.hash;',
    'const isSame = local.count >= 0;',
  ),
  one(
    'what is kept out leaves no stub',
    `${CACHE}page.ts`,
    'for (const stub of sorted.stubs) await setAside(tx, stub, pullGeneration);',
    '',
  ),
  one(
    'what waited for a newer app is not asked for after the update',
    `${CACHE}stubs-repo.ts`,
    "(reason = 'too_new' AND schema_version BETWEEN ? AND ?)",
    "(reason = 'too_newer' AND schema_version BETWEEN ? AND ?)",
  ),
  one(
    'old schemas stay',
    `${CACHE}stubs-repo.ts`,
    'title, pull_generation FROM units WHERE lowest_schema_version < ?',
    'title, pull_generation FROM units WHERE lowest_schema_version < ? - 5',
  ),
  one(
    'own events of other devices are not brought here',
    `${CACHE}events-repo.ts`,
    '`INSERT OR IGNORE ${EVENT_VALUES}`,',
    '`INSERT OR IGNORE ${EVENT_VALUES} ON CONFLICT DO NOTHING`.replace(/VALUES.*/s, "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE 0"),',
  ),
  one(
    'a restored server is not given back what it lacks',
    `${CACHE}events-pull.ts`,
    'await requeueUnknownTo(tx, feedId, clock.now());',
    '',
  ),
  one('the cursor of events outlives its feed', `${CACHE}events-pull.ts`, 'if (isAnotherFeed || isLost) {', 'if (isLost) {'),
  one(
    'the numbers of a restored server are taken for the old ones',
    `${CACHE}repo.ts`,
    'if (isCountedAnew) await setApart(tx, id, version);',
    'void isCountedAnew;',
  ),
  // Downloading
  one(
    'moved into place before the check',
    `${CACHE}object-fetcher.ts`,
    '  if ((await files.sha256(area, part)) !== asset.objectId) {',
    '  await files.move(area, part, name);\n  await database.transaction((tx) => markObjectDownloaded(tx, asset.objectId, name, clock.now()));\n  if ((await files.sha256(area, name)) !== asset.objectId) {',
  ),
  one(
    'no checksum',
    `${CACHE}object-fetcher.ts`,
    '  if ((await files.sha256(area, part)) !== asset.objectId) {',
    '  if ((await files.sha256(area, part)) === "") {',
  ),
  one(
    'a dead address is not signed again',
    `${CACHE}object-fetcher.ts`,
    "if (verdict.kind !== 'sign_again' && verdict.kind !== 'gone') return verdict;",
    "if (verdict.kind !== 'gone') return verdict;",
  ),
  {
    name: 'downloaded though a file failed',
    edits: [
      {
        file: `${CACHE}downloads-repo.ts`,
        find: "\n       AND NOT EXISTS (SELECT 1 FROM assets WHERE unit_id = ?1 AND unit_version = ?2 AND status <> 'downloaded')`,",
        replace: '`,',
      },
      { file: `${CACHE}download-run.ts`, find: '  if (worst) throw new DownloadInterruption(worst);', replace: '  void worst;' },
    ],
  },
  one(
    'a unit newer than the catalogue loses its files',
    `${CACHE}repo.ts`,
    '  await writeUnits(tx, [unit], options);',
    '  await upsertUnits(tx, [unit], options);',
  ),
  one(
    'the old version goes before the new one is whole',
    `${CACHE}downloads-repo.ts`,
    'unit_version IN (u.downloaded_version, u.stored_version)',
    'unit_version IN (u.stored_version, u.stored_version)',
  ),
  one(
    'files that others need are swept',
    `${CACHE}assets-repo.ts`,
    "IN (SELECT value FROM json_each(?))\n     AND (status = 'downloaded' OR done_bytes > 0)",
    "IN (SELECT value FROM json_each(?))\n     AND status = 'nothing'",
  ),
  one(
    'rows are not held against the disk at the start',
    `${CACHE}files.ts`,
    'if (size !== asset.sizeBytes) await markLost(database, asset.objectId);',
    '',
  ),
  one('a downloaded unit that changed is not refreshed', `${CACHE}service.ts`, 'await enqueueUpdates(deps);', ''),
  one(
    'a running download does not go on after a restart',
    `${CACHE}downloads-repo.ts`,
    "`state IN ('queued', 'running') ${",
    "`state = 'queued' ${",
  ),
  one(
    'a unit that a pull brought meanwhile is queued and forgotten',
    `${CACHE}downloads.ts`,
    'if (entry === null) return refusal ??',
    'if (entry === null || refusal !== null) return refusal ??',
  ),
  one(
    'Wi-Fi only holds nothing back',
    `${CACHE}download-choices.ts`,
    "settings.isWifiOnly && connectivity.current().kind === 'cellular'",
    'settings.isWifiOnly && connectivity.current().isOnline === null',
  ),
  // Leaving
  one('a sign-out leaves the database behind', 'compose.ts', '      await provider.remove(placeOf(userId));', ''),
  {
    name: 'unsent work is thrown away at a sign-out that was to send it',
    edits: [
      { file: 'modules/user/departure.ts', find: "(choice === 'send_first' || (choice", replace: '((choice' },
      { file: 'modules/user/service.ts', find: 'await things.sendUnsent();', replace: '0 * (await things.sendUnsent());' },
    ],
  },
  one(
    'purged without having been sealed',
    'modules/user/departure.ts',
    "if (choice === 'keep' && count > 0 && sealKey !== null) await things.seal(user.id, sealKey);",
    '',
  ),
  one(
    'marked for purging before it is sealed',
    'modules/user/departure.ts',
    "    if (choice === 'keep' && count > 0 && sealKey !== null) await things.seal(user.id, sealKey);\n    await markForPurge(secureStore, user.id);",
    "    await markForPurge(secureStore, user.id);\n    await secureStore.remove(PERSON_KEY);\n    if (choice === 'keep' && count > 0 && sealKey !== null) await things.seal(user.id, sealKey);",
  ),
  one(
    'what was sealed is opened and its events left out',
    `${CACHE}unsent-work.ts`,
    "    await insertRows(tx, 'session_events', work.events);",
    '',
  ),
  one(
    'a parcel goes before its work is back',
    'modules/user/sealed-parcels.ts',
    "  await accept(id, work);\n  await database.run('DELETE FROM parcels WHERE id = ?', [id]);",
    "  await database.run('DELETE FROM parcels WHERE id = ?', [id]);\n  await accept(id, work);",
  ),
];
