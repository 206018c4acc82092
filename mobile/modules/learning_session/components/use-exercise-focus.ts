import { NotificationFeedbackType, notificationAsync } from 'expo-haptics';
import { useEffect, useRef, useState } from 'react';
import { Platform, type View } from 'react-native';
import type { MarkedAnswer } from '../models.ts';
import { reveal, type Scroller } from './reveal.ts';

/** For the question that came because the learner moved on. */
export function useFocusOnMount(takesFocus: boolean) {
  const element = useRef<View>(null);
  useEffect(() => {
    if (takesFocus) focusInBrowser(element.current);
  }, [takesFocus]);
  return element;
}

/**
 * When the answer is stored: brings feedback and **Continue** before the reader, and lets a phone be felt. Enter in the text field
 * takes the focus out of it; then the button gets it, so that Enter again goes on.
 */
export function useOnFeedback(given: MarkedAnswer | null, scroller: Scroller) {
  const foot = useRef<View>(null);
  const [hadFeedback] = useState(given !== null);
  const isCorrect = given?.isCorrect ?? null;
  useEffect(() => {
    if (isCorrect === null || hadFeedback) return;
    void reveal(foot.current, scroller, 'whole');
    void feel(isCorrect);
    if (Platform.OS !== 'web' || !isFocusLeftByTyping(document.activeElement)) return;
    focusInBrowser((foot.current as unknown as HTMLElement | null)?.querySelector('button') ?? null);
  }, [isCorrect, hadFeedback, scroller]);
  return foot;
}

/** Nowhere, or still in the field that is about to let go of it. */
function isFocusLeftByTyping(element: Element | null): boolean {
  return element === null || element === document.body || (element instanceof HTMLInputElement && element.type === 'text');
}

/** Besides the words, never instead of them; a phone without the motor is no fault. */
async function feel(isCorrect: boolean): Promise<void> {
  if (Platform.OS === 'web') return;
  try {
    await notificationAsync(isCorrect ? NotificationFeedbackType.Success : NotificationFeedbackType.Error);
  } catch {
    return;
  }
}

/** Without scrolling: what scrolls moves on its own terms (`reveal`). */
function focusInBrowser(element: View | HTMLElement | null): void {
  if (Platform.OS === 'web') (element as HTMLElement | null)?.focus({ preventScroll: true });
}
