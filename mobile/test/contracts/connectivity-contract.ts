import type { Connectivity } from '../../modules/infrastructure/models.ts';
import { expectEqual, waitUntil, type ContractCase } from './contract-case.ts';

type State = ReturnType<Connectivity['current']>;

/** A device's view of its network, and the network. It is online before each case and, whatever happened, after it. */
export interface ConnectivityUnderTest {
  connectivity: Connectivity;
  /** Resolves when the system has been told, which may be before the app has heard. */
  setOnline(isOnline: boolean): Promise<void>;
}

/** What every `Connectivity` keeps. */
export const CONNECTIVITY_CONTRACT: readonly ContractCase<ConnectivityUnderTest>[] = [
  {
    name: '[IN-3] tells every subscriber each change once, in order, and nothing that has not changed',
    async run(device) {
      const first: boolean[] = [];
      const second: boolean[] = [];
      const stops = [
        device.connectivity.subscribe(({ isOnline }) => first.push(isOnline)),
        device.connectivity.subscribe(({ isOnline }) => second.push(isOnline)),
      ];
      await turn(device, true);
      for (const isOnline of [false, false, true, true, false, true]) await turn(device, isOnline);
      stops.forEach((stop) => stop());
      expectEqual(first, [false, true, false, true], 'what the first heard');
      expectEqual(second, first, 'what the second heard');
    },
  },
  {
    name: '[IN-3] tells nothing to whoever has unsubscribed, also in the middle of a change',
    async run(device) {
      const heard: string[] = [];
      const stopFirst = device.connectivity.subscribe(({ isOnline }) => {
        heard.push(`first ${isOnline}`);
        stopSecond();
      });
      const stopSecond = device.connectivity.subscribe(({ isOnline }) => heard.push(`second ${isOnline}`));
      const stopThird = device.connectivity.subscribe(({ isOnline }) => heard.push(`third ${isOnline}`));
      await turn(device, false);
      stopFirst();
      stopFirst();
      await turn(device, true);
      stopThird();
      await turn(device, false);
      expectEqual(heard, ['first false', 'third false', 'third true'], 'what was heard');
    },
  },
  {
    name: '[IN-3] says what it has told, and that there is no network exactly when it is offline',
    async run(device) {
      const told: State[] = [];
      const known: State[] = [];
      const stop = device.connectivity.subscribe((state) => {
        told.push(state);
        known.push(device.connectivity.current());
      });
      await turn(device, false);
      expectEqual(device.connectivity.current(), { isOnline: false, kind: 'none' }, 'the state while offline');
      await turn(device, true);
      if (device.connectivity.current().kind === 'none') throw new Error('online, and no network');
      stop();
      expectEqual(known, told, 'what it said while it told');
      expectEqual(told.at(-1), device.connectivity.current(), 'the last that it told');
    },
  },
];

export async function runConnectivityCase(
  device: ConnectivityUnderTest,
  { run }: ContractCase<ConnectivityUnderTest>,
): Promise<void> {
  try {
    await turn(device, true);
    await run(device);
  } finally {
    await turn(device, true);
  }
}

/** Turns the network and waits until the device has noticed. */
async function turn({ connectivity, setOnline }: ConnectivityUnderTest, isOnline: boolean): Promise<void> {
  await setOnline(isOnline);
  await waitUntil(
    () => connectivity.current().isOnline === isOnline,
    `the device notices that it is ${isOnline ? 'on' : 'off'}line`,
  );
  // A second telling of the same change would come now.
  await new Promise((resolve) => setTimeout(resolve, 20));
}
