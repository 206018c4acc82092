import Constants from 'expo-constants';

const DEFAULT_PORT = 8080;

/**
 * Where the phone's server is, without a slash at the end: `EXPO_PUBLIC_SERVER_URL` at build time, else `extra.serverUrl` of
 * `app.json`, else the machine that the development client was loaded from.
 */
export function findServerUrl(): string {
  const extra: unknown = Constants.expoConfig?.extra?.['serverUrl'];
  const built = process.env.EXPO_PUBLIC_SERVER_URL as string | undefined;
  const configured = built || (typeof extra === 'string' ? extra : '');
  if (configured) return configured.replace(/(?<!\/)\/+$/, '');
  const developmentHost = Constants.expoConfig?.hostUri?.split(':')[0] ?? 'localhost';
  return `http://${developmentHost}:${DEFAULT_PORT}`;
}
