import { I18nManager } from 'react-native';
import 'intl-pluralrules';
import type { Direction, Language } from './languages.ts';

/**
 * What is drawn by React Native turns round at once, by the `direction` of the outermost view. Native parts (the gesture that goes
 * back, the side from which screens come) follow `I18nManager`, which is read at the next start of the app.
 */
export function showLanguage(_language: Language, direction: Direction): void {
  const isRightToLeft = direction === 'rtl';
  if (I18nManager.isRTL === isRightToLeft) return;
  I18nManager.allowRTL(isRightToLeft);
  I18nManager.forceRTL(isRightToLeft);
}
