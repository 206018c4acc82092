import type {} from 'expo';

/** What Expo's C++ puts into `globalThis.expo` on a phone; here its own JavaScript version of it, which jest-expo has put there. */
export const { NativeModule, SharedObject } = globalThis.expo;
