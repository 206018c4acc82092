import { useLayoutEffect, useRef, type RefObject } from 'react';
import type { Text, View } from 'react-native';

/**
 * A button that is pressed and thereby replaced (**Download unit** by **Pause**) takes the keyboard's place in the page with it. This
 * gives it to the first button that stands in the same group then.
 */
export function useKeepFocus(group: RefObject<View | null>): void {
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    const element = toElement(group);
    if (element === null) return undefined;
    const enter = () => (hadFocus.current = true);
    // Leaving for another element; an element that is removed leaves for none, and that is the case to mend.
    const leave = ({ relatedTarget }: FocusEvent) => (hadFocus.current = relatedTarget === null && !document.hasFocus());
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    return () => {
      element.removeEventListener('focusin', enter);
      element.removeEventListener('focusout', leave);
    };
  }, [group]);
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) toElement(group)?.querySelector('button')?.focus();
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
