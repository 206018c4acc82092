import type { Page } from '@playwright/test';
import { newPerson } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { openUnit, signUp } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Map and compass';

test('[DL-11] [DL-12] [UI-2] Wi-Fi only and the storage limit, by keyboard alone, and what waits says why', async ({
  haversack,
  browserOf,
}) => {
  const { page } = await browserOf();
  await page.addInitScript(pretendConnection);
  await signUp(page, haversack.url, newPerson());
  await page.getByRole('link', { name: 'Settings' }).click();
  const wifiOnly = page.getByRole('switch', { name: 'Wi-Fi only' });

  await test.step('Space turns the switch', async () => {
    await expect(wifiOnly).not.toBeChecked();
    await wifiOnly.focus();
    await page.keyboard.press('Space');
    await expect(wifiOnly).toBeChecked();
    await page.keyboard.press('Enter');
    await expect(wifiOnly).not.toBeChecked();
    await page.keyboard.press('Space');
    await expect(wifiOnly).toBeChecked();
  });

  await test.step('arrow keys pass over a small limit without choosing it', async () => {
    await page.getByRole('radio', { name: 'No limit' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: '500 MB' })).toBeFocused();
    await expect(page.getByRole('radio', { name: 'No limit' })).toBeChecked();
    await page.keyboard.press('Space');
    await expect(page.getByRole('radio', { name: '500 MB' })).toBeChecked();
  });
  await look(page, 'settings with limit');

  await setNetwork(page, 'cellular');
  await page.reload();
  await expect(wifiOnly).toBeChecked();
  await expect(page.getByRole('radio', { name: '500 MB' })).toBeChecked();

  await page.goto(haversack.url);
  await openUnit(page, UNIT);
  await page.getByRole('button', { name: 'Download unit' }).click();
  await expect(page.getByText('Waiting for Wi-Fi, as you chose in Settings.')).toBeVisible();
  await look(page, 'unit waiting for wifi');
  await setNetwork(page, 'wifi');
  await expect(page.getByText('Downloaded', { exact: true })).toBeVisible({ timeout: 45_000 });
  const keep = page.getByRole('switch', { name: 'Keep on this device' });
  await keep.click();
  await expect(keep).toBeChecked();
  await look(page, 'unit kept');
});

/** Runs in the page, before the app: a connection whose kind a test can set; it stays so over a reload. */
function pretendConnection(): void {
  const connection = Object.assign(new EventTarget(), { type: sessionStorage.getItem('network') ?? 'wifi' });
  Object.defineProperty(navigator, 'connection', { value: connection, configurable: true });
}

function setNetwork(page: Page, type: 'wifi' | 'cellular'): Promise<void> {
  return page.evaluate((kind) => {
    sessionStorage.setItem('network', kind);
    const { connection } = navigator as Navigator & { connection?: EventTarget & { type: string } };
    if (connection === undefined) return;
    connection.type = kind;
    connection.dispatchEvent(new Event('change'));
  }, type);
}
