import { useWindowDimensions } from 'react-native';

/** A length of type in points, which the phone enlarges as its owner has set. */
export const points = (size: number): number => size;

/** How many times larger than usual the reader has set text; for boxes that must grow with the words in them. */
export function useTextScale(): number {
  return useWindowDimensions().fontScale;
}
