import { useSyncExternalStore } from 'react';

const USUAL_ROOT_PX = 16;

/** In `rem`, which follows the text size of the browser's settings; pixels would not. The types of React Native know no such string. */
export const points = (size: number): number => `${size / USUAL_ROOT_PX}rem` as unknown as number;

/** How many times larger than usual the reader has set text; for boxes that must grow with the words in them. */
export function useTextScale(): number {
  return useSyncExternalStore(onResize, () => (known ??= measure()));
}

/** Asked for by every drawing, and the answer costs the browser a look at all styles: kept until the window changes. */
let known: number | null = null;

function measure(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_ROOT_PX;
}

function onResize(listener: () => void): () => void {
  const lookAgain = () => {
    known = measure();
    listener();
  };
  addEventListener('resize', lookAgain);
  return () => removeEventListener('resize', lookAgain);
}
