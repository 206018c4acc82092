import { chromiumPath } from './chromium.ts';

/** Says at once what is missing, instead of once for each test. */
export default function globalSetup(): void {
  chromiumPath();
}
