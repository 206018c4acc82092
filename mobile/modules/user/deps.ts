import type { User } from '@haversack/contract';
import type { ApiClient, Platform } from '../infrastructure/public.ts';
import type { SealKey } from './sealed-box.ts';

/** What the composition root does with a person's things on this device. */
export interface PersonalThings {
  /**
   * Opens what belongs to this person, and puts back what they had left sealed here; a token that was dead is alive again. How many
   * parcels of theirs stay shut.
   */
  enter(user: User, sealKey: SealKey | null): Promise<number>;
  /** Tries to send what is unsent; how many writes are left, refused ones included. */
  sendUnsent(): Promise<number>;
  /** Stops what is under way and closes it; nothing lands afterwards (rule SY-5). How many writes are unsent in what is closed. */
  leave(userId: string): Promise<number>;
  /** Of what was left: all that is unsent lies sealed on the disk and has been read back when this resolves (rule AU-2). */
  seal(userId: string, key: SealKey): Promise<void>;
  /** What was left is no longer shown to anybody. */
  dismiss(): void;
  /** Removes database and files of this person from the device (rule AU-1), not what is sealed. Repeatable. */
  purge(userId: string): Promise<void>;
  hasSealed(): Promise<boolean>;
}

export interface UserServiceDeps {
  platform: Pick<Platform, 'secureStore' | 'kind' | 'logger' | 'fileExport'>;
  api: ApiClient;
  things: PersonalThings;
  identity: Identity;
}

/** Who the requests come from; the token stays null in the browser, which has its cookie (rule SE-5). */
export interface Identity {
  token: string | null;
  personId: string | null;
}
