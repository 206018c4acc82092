import fc from 'fast-check';
import { FAIR_WEATHER, type Weather } from './world/network.ts';
import type { Death } from './world/life.ts';

/** One thing that happens in the world. `device` counts devices, `unit` units, `person` people; all wrap around. */
export type Step =
  | { do: 'wait'; ms: number }
  | { do: 'open'; device: number; unit: number; lesson: number }
  | { do: 'answer'; device: number; times: number; isRight: boolean }
  | { do: 'download' | 'pause' | 'resume' | 'cancel' | 'remove' | 'look' | 'join' | 'leave'; device: number; unit: number }
  | { do: 'clear_all' | 'sync_now' | 'foreground' | 'lose_file' | 'corrupt_mirror' | 'restart'; device: number }
  | { do: 'sign_out'; device: number; how: 'send_first' | 'keep' | 'discard' }
  | { do: 'sign_in'; device: number; person: number }
  | { do: 'tray'; device: number; how: 'retry' | 'discard' }
  | { do: 'die'; device: number; death: Death }
  | { do: 'link'; device: number; state: 'up' | 'down' | 'portal' }
  | { do: 'hint'; device: number; isOnline: boolean; kind: 'wifi' | 'cellular' }
  | { do: 'clock'; device: number; jumpMs: number }
  | { do: 'disk'; device: number; freeBytes: number | null; areDatabasesFull: boolean }
  | { do: 'update_app'; device: number; oldest: 1 | 2 }
  | { do: 'publish'; unit: number; variant: number; schemaVersion: number }
  | { do: 'unpublish'; unit: number; reason: 'deleted' | 'access_revoked' }
  | { do: 'server'; trouble: 'none' | '503' | '500' | '429' | 'slow' }
  | { do: 'poison'; everyNth: number }
  | { do: 'back_up' | 'restore' | 'revoke_tokens' | 'expire_urls' | 'forget_cursors' };

export interface Schedule {
  /** Of all chance that is not in the steps. */
  seed: number;
  /** Devices; the last of three is another person's, all may be signed in to by both. */
  devices: number;
  weather: Weather;
  /** Of 100 calls to the machine, so many take some milliseconds. */
  slowCalls: number;
  steps: Step[];
}

export const UNIT_COUNT = 4;
const MINUTE = 60_000;

const device = fc.nat({ max: 2 });
const unit = fc.nat({ max: UNIT_COUNT - 1 });

/** Each schedule has some kinds of trouble and not others ("swarm"): all at once would hide what one alone does. */
const percent = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 40 }) });
const weather: fc.Arbitrary<Weather> = fc.record({
  lostBefore: percent,
  lostAfter: percent,
  cut: percent,
  truncated: percent,
  hangs: percent.map((value) => value / 2),
  notOurs: percent,
  trouble: percent,
  doubled: percent,
  straggles: percent,
  stale: percent,
  corrupted: percent,
  latencyMs: fc.constantFrom(0, 0, 40, 2_000),
});

const death: fc.Arbitrary<Death> = fc.record({
  // Most lives are a few hundred calls long; the first ones are the start of the app.
  afterCalls: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 400 })),
  moment: fc.constantFrom('before' as const, 'after' as const, 'torn' as const),
});

const ONE_YEAR_MS = 365 * 24 * 60 * MINUTE;

const person: readonly [number, fc.Arbitrary<Step>][] = [
  [6, fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 1_000, 1_000, 10_000, 2 * MINUTE, 30 * MINUTE) })],
  [4, fc.record({ do: fc.constant('open' as const), device, unit, lesson: fc.nat({ max: 1 }) })],
  [10, fc.record({ do: fc.constant('answer' as const), device, times: fc.integer({ min: 1, max: 3 }), isRight: fc.boolean() })],
  [6, fc.record({ do: fc.constant('download' as const), device, unit })],
  [3, fc.record({ do: fc.constantFrom('pause', 'resume', 'cancel', 'remove', 'look', 'join', 'leave'), device, unit })],
  [3, fc.record({ do: fc.constantFrom('sync_now', 'foreground'), device })],
  [1, fc.record({ do: fc.constantFrom('clear_all', 'restart', 'lose_file', 'corrupt_mirror'), device })],
  [1, fc.record({ do: fc.constant('sign_out' as const), device, how: fc.constantFrom('send_first', 'keep', 'discard') })],
  [2, fc.record({ do: fc.constant('sign_in' as const), device, person: fc.nat({ max: 1 }) })],
  [1, fc.record({ do: fc.constant('tray' as const), device, how: fc.constantFrom('retry', 'discard') })],
];

const trouble: readonly [number, fc.Arbitrary<Step>][] = [
  [5, fc.record({ do: fc.constant('die' as const), device, death })],
  [4, fc.record({ do: fc.constant('link' as const), device, state: fc.constantFrom('up', 'up', 'down', 'portal') })],
  [1, fc.record({ do: fc.constant('hint' as const), device, isOnline: fc.boolean(), kind: fc.constantFrom('wifi', 'cellular') })],
  [
    1,
    fc.record({
      do: fc.constant('clock' as const),
      device,
      jumpMs: fc.constantFrom(-10 * ONE_YEAR_MS, -60 * MINUTE, -1_000, 60 * MINUTE, 10 * ONE_YEAR_MS),
    }),
  ],
  [
    1,
    fc.record({
      do: fc.constant('disk' as const),
      device,
      freeBytes: fc.constantFrom(null, null, 0, 4 * 1024 * 1024 + 2_000, 4 * 1024 * 1024 + 500_000),
      areDatabasesFull: fc.boolean(),
    }),
  ],
  [1, fc.record({ do: fc.constant('update_app' as const), device, oldest: fc.constantFrom(1, 2) })],
];

const server: readonly [number, fc.Arbitrary<Step>][] = [
  [
    3,
    fc.record({
      do: fc.constant('publish' as const),
      unit,
      variant: fc.nat({ max: 3 }),
      schemaVersion: fc.constantFrom(1, 1, 1, 2),
    }),
  ],
  [1, fc.record({ do: fc.constant('unpublish' as const), unit, reason: fc.constantFrom('deleted', 'access_revoked') })],
  [1, fc.record({ do: fc.constant('server' as const), trouble: fc.constantFrom('none', 'none', '503', '500', '429', 'slow') })],
  [1, fc.record({ do: fc.constant('poison' as const), everyNth: fc.constantFrom(0, 2, 3) })],
  [2, fc.record({ do: fc.constantFrom('back_up', 'restore', 'revoke_tokens', 'expire_urls', 'forget_cursors') })],
];

const step = fc.oneof(
  ...[...person, ...trouble, ...server].map(([weight, arbitrary]) => ({ weight, arbitrary })),
) as fc.Arbitrary<Step>;

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  devices: fc.integer({ min: 1, max: 3 }),
  weather: fc.oneof(fc.constant(FAIR_WEATHER), weather, weather),
  slowCalls: fc.constantFrom(0, 0, 5, 30),
  steps: fc.array(step, { minLength: 4, maxLength: 36, size: 'max' }),
});
