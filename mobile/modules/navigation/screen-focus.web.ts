import type { ScreenFocus } from './screen-focus.ts';

/**
 * What a browser does between pages and a single page does not: a new screen is read from its heading, and going back puts focus on
 * what was left, so that keyboard and screen reader go on from there.
 */
function createScreenFocus(): ScreenFocus {
  const leftOn = new Map<string, HTMLElement>();
  let current: string | null = null;
  document.addEventListener('focusin', ({ target }) => {
    if (current !== null && target instanceof HTMLElement) leftOn.set(current, target);
  });
  return {
    onScreen(routeKey) {
      if (routeKey === current) return;
      const isFirst = current === null;
      current = routeKey;
      if (!isFirst) requestAnimationFrame(() => focusScreen(leftOn.get(routeKey)));
    },
  };
}

function focusScreen(left: HTMLElement | undefined): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && active !== document.body && active.checkVisibility()) return;
  if (left !== undefined && left.isConnected && left.checkVisibility()) return left.focus({ preventScroll: true });
  const heading = [...document.querySelectorAll('h1')].find((candidate) => candidate.checkVisibility());
  if (heading === undefined) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

export const screenFocus = createScreenFocus();
