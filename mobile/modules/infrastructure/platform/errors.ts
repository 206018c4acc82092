/**
 * Why the app cannot keep anything on this device. `insecure_origin`: neither HTTPS nor localhost, so the browser withholds storage,
 * locks and service workers. `old_browser`: it lacks one of these. `storage_blocked`: it has them and refuses (private window,
 * blocked site data). `storage_full`: it would, but has no room for even an empty database.
 */
export type PlatformFault = 'insecure_origin' | 'old_browser' | 'storage_blocked' | 'storage_full';

/** `createPlatform` rejects with it; the words are the screen's business. */
export class PlatformUnavailableError extends Error {
  override readonly name = 'PlatformUnavailableError';
  readonly fault: PlatformFault;
  constructor(fault: PlatformFault, detail: string) {
    super(`${fault}: ${detail}`);
    this.fault = fault;
  }
}

/** Another tab has taken over; this one holds nothing any more. */
export class OpenElsewhereError extends Error {
  override readonly name = 'OpenElsewhereError';
  constructor() {
    super('the app is open in another tab, which has taken over');
  }
}
