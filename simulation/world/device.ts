import { composeApp, type HaversackApp, type PersonScope } from '../../mobile/compose.ts';
import type { Connectivity, Http, Platform } from '../../mobile/modules/infrastructure/models.ts';
import { createListeners } from '../../mobile/modules/infrastructure/platform/observable.ts';
import { createSeededIds } from '../../mobile/test/seeded-ids.ts';
import { createDatabases, createDisk, createFiles, createSecureStore, createSha256, type Disk, rollBackAll } from './disk.ts';
import { createLife, type Life } from './life.ts';
import { createHttp, createLink, type Link } from './network.ts';
import type { Scheduler } from './scheduler.ts';

/** One phone: what outlives its app, and the app's life of the moment. */
export interface Device {
  readonly name: string;
  readonly disk: Disk;
  readonly link: Link;
  /** How far the device's clock is off, in milliseconds. */
  clockOffsetMs: number;
  hint: ReturnType<Connectivity['current']>;
  schemas: { oldest: number; newest: number };
  /** Times that the app was started. */
  lives: number;
  current: Incarnation | null;
}

/** The app between a start and its death. */
export interface Incarnation {
  life: Life;
  /** Null until the start has come to its end. */
  app: HaversackApp | null;
  /** What kept the app from starting. */
  startFault: unknown;
  foreground(): void;
  setHint(hint: Device['hint']): void;
}

export interface World {
  readonly scheduler: Scheduler;
  readonly server: Http;
  /** Chance of everything but the devices' own ids. */
  random: () => number;
  seed: number;
  /** Of 100 calls to the machine, so many take some milliseconds. */
  slowCalls: number;
  log: (line: string) => void;
  /** A device asks for bytes of an object. */
  onObject: (device: Device) => void;
  /** From now on the machines are as quick as they can be. */
  weatherEnds(): void;
}

export const WORLD_BEGAN_AT = Date.UTC(2026, 10, 24, 8, 15, 30);

export function createDevice(name: string): Device {
  return {
    name,
    disk: createDisk(),
    link: createLink(),
    clockOffsetMs: 0,
    hint: { isOnline: true, kind: 'wifi' },
    schemas: { oldest: 1, newest: 1 },
    lives: 0,
    current: null,
  };
}

/** The app is opened. It may die before it is open: `current.app` stays null then. */
export function startApp(world: World, device: Device): void {
  device.lives += 1;
  const { scheduler, random } = world;
  const life = createLife({
    scheduler,
    delayMs: () => (world.slowCalls > 0 && random() * 100 < world.slowCalls ? 1 + Math.floor(random() * 40) : 0),
    onDeath: () => rollBackAll(device.disk),
  });
  const foreground = createListeners();
  const hints = createListeners<[Device['hint']]>();
  const incarnation: Incarnation = {
    life,
    app: null,
    startFault: null,
    foreground: life.guard(() => foreground.notify()),
    setHint: (hint) => {
      device.hint = hint;
      if (!life.isDead()) hints.notify(hint);
    },
  };
  device.current = incarnation;
  const platform = platformOf(world, device, incarnation, { foreground, hints });
  composeApp(platform, { schemas: device.schemas }).then(
    (app) => {
      incarnation.app = app;
    },
    (error: unknown) => {
      incarnation.startFault = error;
    },
  );
}

interface Ears {
  foreground: ReturnType<typeof createListeners>;
  hints: ReturnType<typeof createListeners<[Device['hint']]>>;
}

function platformOf(world: World, device: Device, { life }: Incarnation, { foreground, hints }: Ears): Platform {
  const { scheduler } = world;
  const now = (): number => Math.round(WORLD_BEGAN_AT + scheduler.nowMs() + device.clockOffsetMs);
  return {
    kind: 'node',
    databases: createDatabases(device.disk, life),
    files: createFiles(device.disk, life),
    http: createHttp({
      server: world.server,
      scheduler,
      random: world.random,
      life,
      link: device.link,
      onObject: () => world.onObject(device),
    }),
    clock: {
      now,
      monotonicNow: () => scheduler.nowMs(),
      schedule: (ms, callback) => scheduler.schedule(ms, life.guard(callback)),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const cancel = scheduler.schedule(ms, life.guard(resolve));
          signal?.addEventListener('abort', () => {
            cancel();
            resolve();
          });
        }),
    },
    ids: createSeededIds(seedOf(world.seed, device.name, device.lives), now),
    connectivity: { current: () => device.hint, subscribe: (listener) => hints.subscribe(listener) },
    lifecycle: { onForeground: (listener) => foreground.subscribe(listener) },
    secureStore: createSecureStore(device.disk, life),
    fileExport: { offer: () => life.call(() => undefined) },
    logger: { warn: (message, fields) => world.log(`${device.name} warns: ${message} ${JSON.stringify(fields ?? {})}`) },
    createSha256,
  };
}

/** Every life of every device has chance of its own. */
function seedOf(seed: number, name: string, lives: number): number {
  let mixed = seed >>> 0;
  for (const letter of `${name}/${lives}`) mixed = (Math.imul(mixed, 31) + letter.charCodeAt(0)) >>> 0;
  return mixed;
}

/** The app of a device that is open with somebody signed in, or null. */
export function personOn(device: Device): PersonScope | null {
  const { current } = device;
  return current && !current.life.isDead() ? (current.app?.person() ?? null) : null;
}

export function killApp(device: Device): void {
  device.current?.life.die();
}
