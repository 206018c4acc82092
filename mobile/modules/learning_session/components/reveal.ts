import { AccessibilityInfo, Platform, type ScrollView, type View } from 'react-native';
import type { RefObject } from 'react';

export interface Scroller {
  scroll: RefObject<ScrollView | null>;
  /** All that it scrolls; places are measured against it. */
  content: RefObject<View | null>;
}

/** `start`: its upper edge comes to the upper edge of the screen. `whole`: no further than it takes to see all of it. */
type Extent = 'start' | 'whole';

/** What phones leave above a thing that is to be seen as a whole; they cannot be told to move as little as possible. */
const ABOVE_WHOLE = 160;
/** Between what is shown and the edge. */
const MARGIN = 12;

/** Brings a part of what scrolls before the reader; without gliding for those who asked for less motion, and at the first sight. */
export async function reveal(element: View | null, scroller: Scroller, extent: Extent, isFirstSight = false): Promise<void> {
  const isStill = isFirstSight || (await AccessibilityInfo.isReduceMotionEnabled());
  if (element === null) return;
  if (Platform.OS === 'web') {
    const box = element as unknown as HTMLElement;
    box.style.scrollMargin = `${MARGIN}px`;
    return box.scrollIntoView({ block: extent === 'start' ? 'start' : 'nearest', behavior: isStill ? 'instant' : 'smooth' });
  }
  if (scroller.content.current === null) return;
  element.measureLayout(scroller.content.current, (_left, top) => {
    const above = extent === 'start' ? MARGIN : ABOVE_WHOLE;
    scroller.scroll.current?.scrollTo({ y: Math.max(0, top - above), animated: !isStill });
  });
}
