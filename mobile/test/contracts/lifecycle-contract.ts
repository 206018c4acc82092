import type { Lifecycle } from '../../modules/infrastructure/models.ts';
import { expectEqual, type ContractCase } from './contract-case.ts';

/** An app and the hand that puts it away and takes it out again. It is in the foreground before each case and after it. */
export interface LifecycleUnderTest {
  lifecycle: Lifecycle;
  /** Resolves when the app has heard. */
  toBackground(): Promise<void>;
  toForeground(): Promise<void>;
}

/** What every `Lifecycle` keeps. */
export const LIFECYCLE_CONTRACT: readonly ContractCase<LifecycleUnderTest>[] = [
  {
    name: '[SY-1] tells that the app comes to the foreground, once each time, and not that it goes',
    async run({ lifecycle, toBackground, toForeground }) {
      const heard: string[] = [];
      const stops = ['first', 'second'].map((name) => lifecycle.onForeground(() => heard.push(name)));
      expectEqual(heard, [], 'heard at subscribing');
      await toBackground();
      expectEqual(heard, [], 'heard in the background');
      await toForeground();
      expectEqual(heard, ['first', 'second'], 'heard in the foreground');
      await toBackground();
      await toForeground();
      expectEqual(heard.length, 4, 'heard after the second time');
      stops.forEach((stop) => stop());
    },
  },
  {
    name: '[SY-1] tells nothing to whoever has unsubscribed',
    async run({ lifecycle, toBackground, toForeground }) {
      const heard: string[] = [];
      const stop = lifecycle.onForeground(() => heard.push('stopped'));
      const stopOther = lifecycle.onForeground(() => heard.push('other'));
      stop();
      stop();
      await toBackground();
      await toForeground();
      stopOther();
      expectEqual(heard, ['other'], 'what was heard');
    },
  },
];
