import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Throws a sentence that says how to get one. */
export function chromiumPath(): string {
  const chosen = process.env['CHROMIUM_PATH'];
  const found = chosen ? [chosen].find(existsSync) : USUAL_PLACES.find(existsSync);
  if (found) return found;
  throw new Error(
    `No Chromium ${chosen ? `at CHROMIUM_PATH=${chosen}` : 'in the usual places'}. ` +
      'Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to its program.',
  );
}
