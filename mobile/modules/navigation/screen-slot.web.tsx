import { useIsFocused } from '@react-navigation/native';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

/**
 * In the browser the stack keeps earlier screens in the page, only not displayed. Here they stay alive, so that going back is
 * instant and finds what was typed, but are taken out of the document: what cannot be seen is found by nobody (search in page,
 * assistive technology, tab order, tests). Scroll positions, which a browser forgets then, are put back.
 */
export function ScreenSlot({ children }: { children: ReactNode }) {
  const isFocused = useIsFocused();
  const slot = useRef<HTMLDivElement>(null);
  const [host] = useState(createHost);
  const positions = useRef(new Map<Element, number>());

  useEffect(() => {
    const remember = ({ target }: Event) => {
      if (target instanceof Element) positions.current.set(target, target.scrollTop);
    };
    host.addEventListener('scroll', remember, { capture: true, passive: true });
    return () => host.removeEventListener('scroll', remember, { capture: true });
  }, [host]);

  useLayoutEffect(() => {
    if (!isFocused) return undefined;
    slot.current?.append(host);
    for (const [element, top] of positions.current) element.scrollTop = top;
    return () => host.remove();
  }, [isFocused, host]);

  return (
    <div ref={slot} style={FILL}>
      {createPortal(children, host)}
    </div>
  );
}

const FILL = { display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 } as const;

function createHost(): HTMLDivElement {
  const host = document.createElement('div');
  Object.assign(host.style, { display: 'flex', flexDirection: 'column', flex: '1', minHeight: '0' });
  return host;
}
