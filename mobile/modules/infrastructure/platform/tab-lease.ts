/** `elsewhere`: another tab of this browser has the app open; it can be taken over (`Use here`). */
export type TabLeaseState = 'opening' | 'here' | 'elsewhere';

/** One tab at a time has the databases and files (rule OB-7). While `elsewhere`, `createPlatform` waits. */
export interface TabLease {
  readonly state: TabLeaseState;
  /** The other tab closes its databases and hands over; one that does not answer within 2 s is not waited for. */
  takeOver(): void;
  subscribe(listener: () => void): () => void;
}

/** A phone has one app and no tabs. */
export const tabLease: TabLease = { state: 'here', takeOver: () => undefined, subscribe: () => () => undefined };
