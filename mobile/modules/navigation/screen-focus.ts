export interface ScreenFocus {
  /** The screen that is seen now; called at the start and after each change. */
  onScreen(routeKey: string): void;
}

/** Phones move the reader's focus themselves. */
export const screenFocus: ScreenFocus = { onScreen: () => undefined };
