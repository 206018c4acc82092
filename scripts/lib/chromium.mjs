import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Trouble } from './processes.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser that the tests drive: CHROMIUM_PATH when set, else the one that this machine has. */
export function findChromium() {
  const chosen = process.env['CHROMIUM_PATH'];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = (chosen ? [chosen] : [...onPath, ...ELSEWHERE]).find(isExecutable);
  if (found) return found;
  throw new Trouble(
    chosen
      ? `CHROMIUM_PATH is "${chosen}", and there is no browser. Set it to the path of a Chromium or Chrome.`
      : 'The browser tests need Chromium or Chrome, and there is none. Install it (Debian: "sudo apt-get install chromium"; macOS: "brew install --cask chromium"), or set CHROMIUM_PATH to its path.',
  );
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
