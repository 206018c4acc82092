import type { Migration } from '../infrastructure/public.ts';

/**
 * The database of one person (rule OC-3). Times of the device are epoch milliseconds (`…_at INTEGER`); times of the server are kept
 * as the strings they came as (`updated_at`), because a Date would cut their microseconds.
 *
 * A unit can be here in two versions at once (rule DL-6), so lessons and assets are keyed by `unit_version`:
 * `downloaded_version` is whole on disk and plays; `stored_version` is the newest whose lessons are in SQLite.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE units (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        learner_level TEXT NOT NULL,
        is_global INTEGER NOT NULL,
        owner_id TEXT,
        learning_objectives TEXT NOT NULL,
        lesson_heads TEXT NOT NULL,
        lesson_count INTEGER NOT NULL,
        schema_version INTEGER NOT NULL,
        lowest_schema_version INTEGER NOT NULL,
        version INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        in_my_units INTEGER NOT NULL,
        in_my_units_server INTEGER NOT NULL,
        download_size_bytes INTEGER NOT NULL,
        art_asset_id TEXT,
        stored_version INTEGER,
        downloaded_version INTEGER,
        is_lost INTEGER NOT NULL DEFAULT 0,
        download_status TEXT NOT NULL DEFAULT 'not_downloaded',
        downloaded_at INTEGER,
        synced_at INTEGER NOT NULL,
        pull_generation INTEGER NOT NULL
      ) WITHOUT ROWID`,
      "CREATE INDEX units_kept ON units (id) WHERE download_status <> 'not_downloaded'",
      // What was kept out or purged: enough for a right digest, and for the line "download again" (rules SV-1 to SV-3).
      `CREATE TABLE unit_stubs (
        id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        reason TEXT NOT NULL,
        schema_version INTEGER,
        title TEXT,
        is_tried INTEGER NOT NULL DEFAULT 0,
        pull_generation INTEGER NOT NULL
      ) WITHOUT ROWID`,
      `CREATE TABLE lessons (
        id TEXT NOT NULL,
        unit_id TEXT NOT NULL REFERENCES units (id) ON DELETE CASCADE,
        unit_version INTEGER NOT NULL,
        title TEXT NOT NULL,
        position INTEGER NOT NULL,
        lesson_type TEXT NOT NULL,
        duration_seconds INTEGER,
        payload TEXT NOT NULL,
        exercise_count INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        schema_version INTEGER NOT NULL,
        PRIMARY KEY (unit_id, unit_version, id)
      )`,
      `CREATE TABLE assets (
        id TEXT NOT NULL,
        unit_id TEXT NOT NULL REFERENCES units (id) ON DELETE CASCADE,
        unit_version INTEGER NOT NULL,
        lesson_id TEXT,
        type TEXT NOT NULL,
        object_id TEXT NOT NULL,
        content_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        checksum TEXT NOT NULL,
        url TEXT NOT NULL,
        url_expires_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        local_path TEXT,
        status TEXT NOT NULL DEFAULT 'missing',
        done_bytes INTEGER NOT NULL DEFAULT 0,
        etag TEXT,
        downloaded_at INTEGER,
        PRIMARY KEY (unit_id, unit_version, id)
      )`,
      'CREATE INDEX assets_by_id ON assets (id)',
      'CREATE INDEX assets_by_object ON assets (object_id, status)',
      `CREATE TABLE downloads (
        unit_id TEXT PRIMARY KEY REFERENCES units (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        reason TEXT,
        target_version INTEGER,
        failures INTEGER NOT NULL DEFAULT 0,
        attempted_at INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL DEFAULT 0,
        requested_at INTEGER NOT NULL
      )`,
      `CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        lane TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        method TEXT NOT NULL,
        payload TEXT NOT NULL,
        headers TEXT NOT NULL,
        idempotency_key TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'waiting',
        attempts INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        refusal TEXT,
        attempted_at INTEGER,
        next_attempt_at INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      )`,
      'CREATE INDEX outbox_by_lane ON outbox (lane, seq)',
      'CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
      `CREATE TABLE session_events (
        event_id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        device_seq INTEGER NOT NULL,
        unit_id TEXT NOT NULL,
        unit_version INTEGER NOT NULL,
        lesson_id TEXT NOT NULL,
        type TEXT NOT NULL,
        exercise_id TEXT,
        answer TEXT,
        is_correct INTEGER,
        time_spent_ms INTEGER,
        occurred_at TEXT NOT NULL,
        exercise_count INTEGER,
        recorded_at INTEGER NOT NULL,
        marked_correct INTEGER,
        confirmed_feed_id TEXT
      )`,
      `CREATE UNIQUE INDEX session_events_numbers ON session_events (device_id, device_seq) WHERE type <> 'withdrawn'`,
      'CREATE INDEX session_events_by_session ON session_events (session_id, recorded_at)',
      'CREATE INDEX session_events_by_lesson ON session_events (unit_id, lesson_id)',
      // Append-only: what a learner did is never rewritten; only what the server said about it is added (rule OC-3).
      `CREATE TRIGGER session_events_keep_content BEFORE UPDATE OF event_id, session_id, device_id, device_seq, unit_id,
        unit_version, lesson_id, type, exercise_id, answer, is_correct, time_spent_ms, occurred_at, exercise_count, recorded_at
        ON session_events BEGIN SELECT RAISE(ABORT, 'session events are append-only'); END`,
      `CREATE TRIGGER session_events_stay BEFORE DELETE ON session_events
        BEGIN SELECT RAISE(ABORT, 'session events are append-only'); END`,
      "INSERT INTO metadata (key, value) VALUES ('sqlite_schema_version', '1')",
    ],
  },
  {
    version: 2,
    statements: [
      // Every reading of events asks for each whether it was withdrawn: without this, by looking at all of them each time.
      `CREATE INDEX session_events_withdrawn ON session_events (device_id, device_seq) WHERE type = 'withdrawn'`,
      "UPDATE metadata SET value = '2' WHERE key = 'sqlite_schema_version'",
    ],
  },
  {
    version: 3,
    statements: [
      // Whose recordings and pictures make room first, and whose never (rule DL-12).
      'ALTER TABLE units ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE units ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0',
      // What was learned in before this was noted counts from its newest event.
      'UPDATE units SET last_used_at = COALESCE((SELECT MAX(recorded_at) FROM session_events WHERE unit_id = units.id), 0)',
      "UPDATE metadata SET value = '3' WHERE key = 'sqlite_schema_version'",
    ],
  },
  {
    version: 4,
    statements: [
      // Opening the app, and each write, must not take longer because there is more: what they ask is found without reading the rest.
      'CREATE INDEX units_by_title ON units (title COLLATE NOCASE, id)',
      'CREATE INDEX units_by_schema ON units (lowest_schema_version)',
      'CREATE INDEX lessons_by_schema ON lessons (schema_version)',
      "CREATE INDEX assets_with_bytes ON assets (object_id) WHERE done_bytes > 0 OR status <> 'missing'",
      'CREATE INDEX session_events_confirmed ON session_events (confirmed_feed_id) WHERE confirmed_feed_id IS NOT NULL',
      "CREATE INDEX outbox_refused ON outbox (seq) WHERE state = 'refused'",
      "CREATE INDEX outbox_tried ON outbox (attempts) WHERE state = 'waiting' AND attempts > 0",
      "UPDATE metadata SET value = '4' WHERE key = 'sqlite_schema_version'",
    ],
  },
  {
    version: 5,
    statements: [
      // "My units", the first list of all, were looked for in the whole catalogue.
      'CREATE INDEX units_joined ON units (in_my_units) WHERE in_my_units = 1',
      'CREATE INDEX units_by_owner ON units (owner_id)',
      "UPDATE metadata SET value = '5' WHERE key = 'sqlite_schema_version'",
    ],
  },
];
