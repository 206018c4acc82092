import { expect, test } from '../lib/fixtures.ts';
import { startGallery } from '../lib/gallery.ts';
import { look } from '../lib/look.ts';

test('[UI-2] the gallery: every component in every state', async ({ browserOf }) => {
  const gallery = await startGallery();
  try {
    const { page } = await browserOf();
    await page.goto(gallery.url);
    await expect(page.getByRole('heading', { name: 'Gallery' })).toBeVisible();
    const parts = page.getByRole('heading', { level: 2 });
    for (const [index, name] of [
      'colours',
      'type',
      'icons',
      'drawings',
      'covers',
      'buttons',
      'links',
      'choices',
      'fields',
      'messages',
    ].entries()) {
      await parts.nth(index).evaluate((part) => part.scrollIntoView());
      await look(page, `gallery ${name}`);
    }
    await page.getByRole('button', { name: 'Show a toast with undo' }).click();
    await look(page, 'gallery toast');
    await page.getByRole('button', { name: 'Open a dialog' }).click();
    await look(page, 'gallery dialog');
  } finally {
    await gallery.close();
  }
});
