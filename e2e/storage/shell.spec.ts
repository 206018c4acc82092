import { expect, openPlatform, test } from './stage.ts';

test('[UI-3] a new version waits, nothing in progress is lost, until the person agrees', async ({ open, site }) => {
  const browser = await open();
  const { page } = browser;
  const isWaiting = (): Promise<boolean> => page.evaluate(() => storage.appUpdate.isWaiting);
  await openPlatform(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await openPlatform(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined));
  expect(await isWaiting()).toBe(false);

  site.release('2');
  await page.evaluate(() => {
    Object.assign(window, { answerInProgress: 'half a word' });
    return navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined);
  });
  await expect.poll(isWaiting).toBe(true);
  expect(await page.evaluate(() => (window as never as { answerInProgress: string }).answerInProgress)).toBe('half a word');

  const reloaded = page.waitForEvent('load');
  await page.evaluate(() => storage.appUpdate.apply());
  await reloaded;
  await openPlatform(page);
  expect(await isWaiting()).toBe(false);
});
