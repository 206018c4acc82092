import type { ReactNode } from 'react';

/** Phones hide screens below the current one themselves. */
export function ScreenSlot({ children }: { children: ReactNode }) {
  return children;
}
