import { useIsFocused } from '@react-navigation/native';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * In the browser the stack keeps earlier screens in the page, only not displayed. Here they stay alive, so that going back is
 * instant and finds what was typed, but are taken out of the document: what cannot be seen is found by nobody (search in page,
 * assistive technology, tab order, tests).
 */
export function ScreenSlot({ children }: { children: ReactNode }) {
  const isFocused = useIsFocused();
  const slot = useRef<HTMLDivElement>(null);
  const [host] = useState(createHost);

  useLayoutEffect(() => {
    if (!isFocused || slot.current === null) return undefined;
    host.attach(slot.current);
    return () => host.detach();
  }, [isFocused, host]);

  return (
    <div ref={slot} style={FILL}>
      {createPortal(children, host.element)}
    </div>
  );
}

const FILL = { display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 } as const;

/** An element outside React's tree that can leave the document and come back as it was, scrolled as it was: a browser forgets that. */
function createHost() {
  const element = document.createElement('div');
  Object.assign(element.style, { display: 'flex', flexDirection: 'column', flex: '1', minHeight: '0' });
  const scrollTops = new Map<Element, number>();
  const remember = ({ target }: Event) => {
    if (target instanceof Element) scrollTops.set(target, target.scrollTop);
  };
  element.addEventListener('scroll', remember, { capture: true, passive: true });
  return {
    element,
    attach(parent: HTMLElement) {
      parent.append(element);
      for (const [scrolled, top] of scrollTops) scrolled.scrollTop = top;
    },
    detach: () => element.remove(),
  };
}
