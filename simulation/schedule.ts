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
  | { do: 'wifi_only'; device: number; isOn: boolean }
  | { do: 'limit'; device: number; bytes: number | null }
  | { do: 'keep_unit'; device: number; unit: number }
  | { do: 'die'; device: number; death: Death }
  | { do: 'fail'; device: number; afterCalls: number }
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
  [1, fc.record({ do: fc.constant('wifi_only' as const), device, isOn: fc.boolean() })],
  [1, fc.record({ do: fc.constant('limit' as const), device, bytes: fc.constantFrom(null, 3_000, 6_000, 500_000) })],
  [1, fc.record({ do: fc.constant('keep_unit' as const), device, unit })],
];

const trouble: readonly [number, fc.Arbitrary<Step>][] = [
  [5, fc.record({ do: fc.constant('die' as const), device, death })],
  [2, fc.record({ do: fc.constant('fail' as const), device, afterCalls: fc.integer({ min: 1, max: 60 }) })],
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

const step: fc.Arbitrary<Step> = fc.oneof(
  ...[...person, ...trouble, ...server].map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

/** What people and operators do one after the other, so that each kind of trouble meets what it can hurt; chance comes between. */
const fragments: readonly fc.Arbitrary<Step[]>[] = [
  // A lesson without a network.
  fc.tuple(device, unit, fc.boolean()).map(([on, of, isRight]): Step[] => [
    { do: 'open', device: on, unit: of, lesson: 0 },
    { do: 'link', device: on, state: 'down' },
    { do: 'answer', device: on, times: 3, isRight },
    { do: 'wait', ms: 10_000 },
    { do: 'link', device: on, state: 'up' },
    { do: 'answer', device: on, times: 1, isRight },
  ]),
  // A machine that cannot do something just now, in the middle of an answer.
  fc.tuple(device, fc.integer({ min: 1, max: 14 })).map(([on, afterCalls]): Step[] => [
    { do: 'open', device: on, unit: 0, lesson: 0 },
    { do: 'wait', ms: 2_000 },
    { do: 'fail', device: on, afterCalls },
    { do: 'answer', device: on, times: 1, isRight: true },
  ]),
  // A server that is ill for a while, and well again when the next answer is given.
  fc.tuple(device, fc.constantFrom('503' as const, '500' as const)).map(([on, ill]): Step[] => [
    { do: 'server', trouble: ill },
    { do: 'answer', device: on, times: 1, isRight: false },
    { do: 'wait', ms: 10_000 },
    { do: 'server', trouble: 'none' },
    { do: 'answer', device: on, times: 1, isRight: true },
    { do: 'wait', ms: 1_000 },
  ]),
  // A sign-out with unsent work, perhaps with death in it, and the return.
  fc
    .tuple(device, fc.constantFrom('send_first' as const, 'keep' as const, 'keep' as const), fc.option(death, { freq: 2 }))
    .map(([on, how, end]): Step[] => [
      { do: 'link', device: on, state: 'down' },
      { do: 'answer', device: on, times: 2, isRight: true },
      { do: 'wait', ms: 100 },
      ...dies(on, end),
      { do: 'sign_out', device: on, how },
      { do: 'wait', ms: 10_000 },
      { do: 'link', device: on, state: 'up' },
    ]),
  fc
    .tuple(device, fc.nat({ max: 1 }), fc.option(death, { freq: 2 }))
    .map(([on, who, end]): Step[] => [
      { do: 'sign_out', device: on, how: 'send_first' },
      { do: 'sign_out', device: on, how: 'send_first' },
      { do: 'wait', ms: 10_000 },
      ...dies(on, end),
      { do: 'sign_in', device: on, person: who },
      { do: 'wait', ms: 1_000 },
      { do: 'sign_in', device: on, person: who },
    ]),
  // A server that is restored from its backup.
  fc
    .tuple(device, unit, fc.nat({ max: 3 }), fc.boolean())
    .map(([on, of, variant, isPublishedAgain]): Step[] => [
      { do: 'back_up' },
      { do: 'publish', unit: of, variant, schemaVersion: 1 },
      { do: 'open', device: on, unit: of, lesson: 0 },
      { do: 'answer', device: on, times: 2, isRight: true },
      { do: 'sync_now', device: on },
      { do: 'wait', ms: 1_000 },
      { do: 'restore' },
      ...(isPublishedAgain ? [{ do: 'publish' as const, unit: of, variant: (variant + 1) % 4, schemaVersion: 1 }] : []),
      { do: 'download', device: on, unit: of },
    ]),
  // A unit that is downloaded, changes, and goes.
  fc.tuple(device, unit, fc.nat({ max: 3 }), death).map(([on, of, variant, end]): Step[] => [
    { do: 'download', device: on, unit: of },
    { do: 'wait', ms: 1_000 },
    { do: 'publish', unit: of, variant, schemaVersion: 1 },
    { do: 'die', device: on, death: end },
    { do: 'sync_now', device: on },
    { do: 'wait', ms: 1_000 },
  ]),
  fc.tuple(device, unit, death).map(([on, of, end]): Step[] => [
    { do: 'unpublish', unit: of, reason: 'access_revoked' },
    { do: 'die', device: on, death: end },
    { do: 'sync_now', device: on },
    { do: 'wait', ms: 1_000 },
  ]),
  // A unit for a newer app, and the app.
  fc.tuple(device, unit, fc.constantFrom(1 as const, 2 as const)).map(([on, of, oldest]): Step[] => [
    { do: 'publish', unit: of, variant: 1, schemaVersion: 2 },
    { do: 'sync_now', device: on },
    { do: 'wait', ms: 1_000 },
    { do: 'update_app', device: on, oldest },
  ]),
  fc.tuple(device, unit).map(([on, of]): Step[] => [
    { do: 'wifi_only', device: on, isOn: true },
    { do: 'hint', device: on, isOnline: true, kind: 'cellular' },
    { do: 'download', device: on, unit: of },
    { do: 'wait', ms: 1_000 },
    { do: 'hint', device: on, isOnline: true, kind: 'wifi' },
  ]),
  fc.tuple(device, unit, fc.integer({ min: 2, max: 4 })).map(([on, of, times]): Step[] =>
    Array.from({ length: times }, (_, index): Step[] => [
      { do: index % 2 === 0 ? 'join' : 'leave', device: on, unit: of },
      { do: 'wait', ms: 1_000 },
    ]).flat(),
  ),
];

function dies(on: number, end: Death | null): Step[] {
  return end ? [{ do: 'die', device: on, death: end }] : [];
}

const story: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: fc.oneof(...fragments) }), {
    minLength: 4,
    maxLength: 36,
    size: 'max',
  })
  .map((parts) => parts.flat());

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  devices: fc.integer({ min: 1, max: 3 }),
  weather: fc.oneof(fc.constant(FAIR_WEATHER), weather, weather),
  slowCalls: fc.constantFrom(0, 0, 5, 30),
  steps: story,
});
