import { useContext } from 'react';
import { SafeAreaInsetsContext, type EdgeInsets } from 'react-native-safe-area-context';

const NONE: EdgeInsets = { top: 0, right: 0, bottom: 0, left: 0 };

/** What notches and system bars cover, in points; nothing where no provider is above. */
export function useSafeArea(): EdgeInsets {
  return useContext(SafeAreaInsetsContext) ?? NONE;
}
