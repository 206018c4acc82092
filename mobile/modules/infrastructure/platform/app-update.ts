/**
 * A newer version of the app's shell lies ready in the browser. It waits until the person agrees, so that no answer in progress is
 * lost; `apply` reloads into it. On phones the app store does this, and nothing ever waits.
 */
export interface AppUpdate {
  readonly isWaiting: boolean;
  apply(): void;
  subscribe(listener: () => void): () => void;
}

export const appUpdate: AppUpdate = { isWaiting: false, apply: () => undefined, subscribe: () => () => undefined };
