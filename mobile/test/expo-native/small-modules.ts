import { NativeModule, SharedObject } from './core.ts';
import { crypto, fs, path, url } from '../node-builtins.ts';

/** `NetworkStateType` of expo-network, as far as phones have it. */
export interface NativeNetworkState {
  type: 'NONE' | 'UNKNOWN' | 'CELLULAR' | 'WIFI' | 'ETHERNET' | 'VPN' | 'OTHER';
  isConnected: boolean;
  isInternetReachable: boolean;
}

/** The native module `ExpoNetwork`. Like iOS it tells the state once by itself as soon as somebody listens, and never waits with it. */
export class ExpoNetwork extends NativeModule<{ onNetworkStateChanged(state: NativeNetworkState): void }> {
  private state: NativeNetworkState = { type: 'WIFI', isConnected: true, isInternetReachable: true };
  private held: Promise<void> = Promise.resolve();

  /** The answer is of the moment of asking, and comes when it comes. */
  async getNetworkStateAsync(): Promise<NativeNetworkState> {
    const { state } = this;
    await this.held;
    return state;
  }
  override startObserving(): void {
    queueMicrotask(() => this.emit('onNetworkStateChanged', this.state));
  }
  /** What the phone's system does. It tells the same state again now and then. */
  change(state: NativeNetworkState): void {
    this.state = state;
    this.emit('onNetworkStateChanged', state);
  }
  /** Answers wait until the result is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }
}

/** The native module `ExpoSharing`: remembers what the sheet was opened with, and what the file held then. */
export class ExpoSharing extends NativeModule<Record<never, never>> {
  readonly shared: { uri: string; text: string; options: unknown }[] = [];

  async shareAsync(uri: string, options: unknown): Promise<void> {
    this.shared.push({ uri, text: fs.readFileSync(url.fileURLToPath(uri), 'utf8'), options });
  }
}

type SecureStoreOptions = { keychainService?: string };

/** The native module `ExpoSecureStore`, in a file: what is set outlives the process. It encrypts nothing. */
export function createExpoSecureStore(folder: string) {
  const file = path.join(folder, 'keychain.json');
  const read = (): Record<string, string> =>
    fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const write = (items: Record<string, string>): void => fs.writeFileSync(file, JSON.stringify(items));
  const nameOf = (key: string, { keychainService = 'app' }: SecureStoreOptions): string => `${keychainService}:${key}`;
  return {
    AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: 3,
    getValueWithKeyAsync: async (key: string, options: SecureStoreOptions) => read()[nameOf(key, options)] ?? null,
    setValueWithKeyAsync: async (value: string, key: string, options: SecureStoreOptions) =>
      write({ ...read(), [nameOf(key, options)]: value }),
    deleteValueWithKeyAsync: async (key: string, options: SecureStoreOptions) => {
      const { [nameOf(key, options)]: _gone, ...others } = read();
      write(others);
    },
  };
}

export function createExpoCrypto() {
  return {
    getRandomValues: (bytes: Uint8Array) => void crypto.getRandomValues(bytes),
    digest: (algorithm: string, output: Uint8Array, bytes: Uint8Array) =>
      output.set(crypto.createHash(algorithm.replace('-', '')).update(bytes).digest()),
  };
}

/** expo-crypto's JavaScript wants its classes when it is loaded; nothing here encrypts. */
export function createExpoCryptoAes() {
  return { EncryptionKey: class extends SharedObject {}, SealedData: class extends SharedObject {} };
}
