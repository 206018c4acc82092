import { newPerson } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { signUp } from '../lib/learner.ts';

test('[OB-7] a second tab says that the app is open elsewhere, and takes over with Use here', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const first = browser.page;
  await signUp(first, haversack.url, newPerson());
  const second = await browser.newPage();
  await second.goto(haversack.url);
  await second.getByRole('button', { name: 'Use here' }).click();
  await expect(second.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await expect(first.getByRole('button', { name: 'Use here' })).toBeVisible();

  await first.getByRole('button', { name: 'Use here' }).click();
  await expect(first.getByRole('heading', { name: 'Units', exact: true })).toBeVisible();
  await expect(second.getByRole('button', { name: 'Use here' })).toBeVisible();
});
