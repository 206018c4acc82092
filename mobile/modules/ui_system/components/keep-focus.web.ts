import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { Text, View } from 'react-native';

/**
 * A button that is pressed and thereby replaced (**Download unit** by **Pause**) takes the keyboard's place in the page with it. This
 * gives it to the first button that stands in the same group then.
 */
export function useKeepFocus(group: RefObject<View | null>): void {
  const last = useRef<EventTarget | null>(null);
  useLayoutEffect(() => {
    const element = toElement(group);
    if (element === null) return undefined;
    const enter = ({ target }: FocusEvent) => (last.current = target);
    // An element that is removed loses the focus to none; one that is left loses it to another.
    const leave = ({ target, relatedTarget }: FocusEvent) => (last.current = relatedTarget === null ? target : null);
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    return () => {
      element.removeEventListener('focusin', enter);
      element.removeEventListener('focusout', leave);
    };
  }, [group]);
  useLayoutEffect(() => {
    const wasRemoved = last.current instanceof Element && !last.current.isConnected;
    if (!wasRemoved || document.activeElement !== document.body) return;
    last.current = null;
    toElement(group)?.querySelector('button')?.focus({ preventScroll: true });
  });
}

let headingHadFocus = false;

/** A screen whose content has come is often drawn anew: who was put on its heading stays there. */
export function useKeepHeadingFocus(heading: RefObject<Text | null>): void {
  useLayoutEffect(() => {
    const element = toElement(heading);
    if (headingHadFocus && element !== null) {
      element.tabIndex = -1;
      element.focus({ preventScroll: true });
    }
    headingHadFocus = false;
    return () => {
      headingHadFocus = element !== null && document.activeElement === element;
    };
  }, [heading]);
}

function toElement(ref: RefObject<View | Text | null>): HTMLElement | null {
  return ref.current instanceof HTMLElement ? ref.current : null;
}
