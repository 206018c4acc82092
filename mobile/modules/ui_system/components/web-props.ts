import { Platform } from 'react-native';

/** Props that only the DOM knows (`href`, `onKeyDown`, ids of other elements); nothing on phones. Spread them. */
export function webProps(props: Readonly<Record<string, unknown>>): object {
  return Platform.OS === 'web' ? props : {};
}

/** The part of a browser's keyboard event that components here read. */
export interface KeyPress {
  key: string;
  preventDefault(): void;
}
