import { useRef } from 'react';
import { useI18n } from '../i18n/language-provider.tsx';
import type { Direction } from '../i18n/languages.ts';
import type { KeyPress } from './web-props.ts';

interface Focusable {
  focus(): void;
}

/**
 * Arrow keys inside a group of which one stop is in the tab order (WAI-ARIA: tabs, radio group). Moves focus and chooses at once.
 * `register` goes into each element's `ref`, `onKeyDown` onto each element.
 */
export function useRovingFocus<Key extends string>(keys: readonly Key[], onMove: (key: Key) => void) {
  const { direction } = useI18n();
  const elements = useRef(new Map<Key, Focusable>());
  return {
    register: (key: Key) => (element: Focusable | null) => {
      if (element === null) elements.current.delete(key);
      else elements.current.set(key, element);
    },
    onKeyDown: (current: Key) => (event: KeyPress) => {
      const next = neighbour(keys, current, turned(event.key, direction));
      if (next === undefined) return;
      event.preventDefault();
      elements.current.get(next)?.focus();
      onMove(next);
    },
  };
}

/** Where reading goes from right to left, the arrow to the left leads on. */
function turned(pressed: string, direction: Direction): string {
  if (direction === 'ltr') return pressed;
  return pressed === 'ArrowLeft' ? 'ArrowRight' : pressed === 'ArrowRight' ? 'ArrowLeft' : pressed;
}

function neighbour<Key extends string>(keys: readonly Key[], current: Key, pressed: string): Key | undefined {
  const index = keys.indexOf(current);
  const last = keys.length - 1;
  switch (pressed) {
    case 'ArrowRight':
    case 'ArrowDown':
      return keys[index === last ? 0 : index + 1];
    case 'ArrowLeft':
    case 'ArrowUp':
      return keys[index <= 0 ? last : index - 1];
    case 'Home':
      return keys[0];
    case 'End':
      return keys[last];
    default:
      return undefined;
  }
}
