import { readFileSync } from 'node:fs';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { openUnit, signUp } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Map and compass';
const MY_UNITS = '**/api/v1/content/my-units/**';

test('[OB-6] what keeps failing is listed, exported and sent by hand; the device’s own try then ends it', async ({
  haversack,
  browserOf,
}) => {
  const browser = await browserOf();
  const { page } = browser;
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  await browser.context.route(MY_UNITS, (route) => route.fulfill({ status: 500 }));
  await openUnit(page, UNIT);
  await page.getByRole('button', { name: 'Add to my units' }).click();
  await expect(page.getByRole('button', { name: 'Remove from my units' })).toBeVisible();

  await page.goto(`${haversack.url}/downloads`);
  const link = page.getByRole('link', { name: 'Needs attention (1)' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  await look(page, 'downloads with a write that fails');
  await link.click();
  await expect(page.getByText(`Adding a unit to yours · ${UNIT}`)).toBeVisible();
  await look(page, 'needs-attention with a write that fails');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('Discard this change?')).toBeVisible();
  await look(page, 'discard');
  await page.getByRole('button', { name: 'Keep it' }).click();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  const { writes } = JSON.parse(readFileSync(await download.path(), 'utf8')) as { writes: ExportedWrite[] };
  for (const { method, endpoint, headers, body } of writes) {
    const reply = await fetch(haversack.directUrl + endpoint, {
      method,
      headers: { ...headers, authorization: `Bearer ${account.token}` },
      body: body === null ? null : JSON.stringify(body),
    });
    expect(reply.status).toBe(204);
  }
  await browser.context.unroute(MY_UNITS);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('All is well')).toBeVisible();
});

interface ExportedWrite {
  method: string;
  endpoint: string;
  headers: Record<string, string>;
  body: unknown;
}
