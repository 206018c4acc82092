import { NativeModules } from 'react-native';
import { makeTemporaryFolder } from '../node-builtins.ts';
import { createAppState } from './app-state.ts';
import { createExpoBackgroundTask, ExpoTaskManager } from './background.ts';
import { createExpoFetchModule, type NativeNetworking } from './expo-fetch.ts';
import { createExpoSQLite } from './expo-sqlite.ts';
import { createFileSystem, type NativeDisk } from './expo-file-system.ts';
import { createExpoCrypto, createExpoCryptoAes, createExpoSecureStore, ExpoNetwork, ExpoSharing } from './small-modules.ts';

// jest-expo and React Native's preset put doubles before the JavaScript that is to run here.
jest.unmock('expo-modules-core');
jest.unmock('react-native/Libraries/AppState/AppState');

/**
 * Runs before each file of the project `phone`: Expo's and React Native's own JavaScript finds these native modules where a phone's
 * would be, and nothing else of theirs is replaced.
 */
function installNativeModules() {
  const documents = makeTemporaryFolder();
  const cache = makeTemporaryFolder();
  const keychain = makeTemporaryFolder();
  const disk: NativeDisk = { availableBytes: null, writeFault: null };
  const networking: NativeNetworking = { system: 'ios', isJavaScriptBusy: false };
  const network = new ExpoNetwork();
  const sharing = new ExpoSharing();
  const tasks = new ExpoTaskManager();
  const appState = createAppState('active');

  const global = globalThis as unknown as {
    expo: { modules: Record<string, unknown> };
    __turboModuleProxy: (name: string) => unknown;
  };
  Object.assign(global.expo.modules, {
    ExpoSQLite: createExpoSQLite(documents),
    FileSystem: createFileSystem({ documents, cache }, disk),
    ExpoFetchModule: createExpoFetchModule(networking),
    ExpoNetwork: network,
    ExpoSharing: sharing,
    ExpoSecureStore: createExpoSecureStore(keychain),
    ExpoCrypto: createExpoCrypto(),
    ExpoCryptoAES: createExpoCryptoAes(),
    ExpoTaskManager: tasks,
    ExpoBackgroundTask: createExpoBackgroundTask(tasks),
  });
  // jest-expo says that every app runs in Expo Go, where there are no background tasks.
  const { NativeUnimoduleProxy } = NativeModules as { NativeUnimoduleProxy: { exportedMethods: Record<string, unknown> } };
  delete NativeUnimoduleProxy.exportedMethods['ExpoGo'];
  global.__turboModuleProxy = (name) => (name === 'AppState' ? appState : null);
  return { disk, networking, network, sharing, cache, appState, tasks };
}

/** What the phone's system does, turned by a test. */
export const phone = installNativeModules();
