import type { RefObject } from 'react';
import type { Text, View } from 'react-native';

/** Phones find the nearest element themselves. */
export function useKeepFocus(_group: RefObject<View | null>): void {}
export function useKeepHeadingFocus(_heading: RefObject<Text | null>): void {}
