import { CHUNK_BYTES } from '../../mobile/modules/offline_cache/chunk.ts';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { expect, test } from '../lib/fixtures.ts';
import { openUnit, signUp, unitCard } from '../lib/learner.ts';

const SLOW_BYTES_PER_SECOND = 1024 * 1024;

test('[DL-3] [DL-9] a download that dies with the browser goes on by itself, and fetches at most one chunk of a file twice', async ({
  haversack,
  browserOf,
  largeUnit,
}) => {
  const browser = await browserOf();
  const person = newPerson();
  const sent = haversack.proxy.watchObjects();
  await signUp(browser.page, haversack.url, person);
  const { assets } = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(largeUnit);
  const recordings = assets.filter(({ type }) => type === 'audio');
  expect(recordings).toHaveLength(2);
  const rangesOf = (objectId: string) => sent.filter((range) => range.objectId === objectId);

  await openUnit(browser.page, largeUnit);
  haversack.proxy.slowDown(SLOW_BYTES_PER_SECOND);
  await browser.page.getByRole('button', { name: 'Download unit' }).click();
  // The third chunk is asked for when two are on the disk.
  const isUnderWay = () => recordings.every(({ object_id }) => rangesOf(object_id).length >= 3);
  await expect.poll(isUnderWay, { intervals: [20] }).toBe(true);
  await browser.kill();
  const countBefore = sent.length;
  for (const { object_id, size_bytes } of recordings) {
    const reached = Math.max(...rangesOf(object_id).map(({ first, length }) => first + length));
    expect(reached, 'the battery died in the middle of each recording').toBeLessThan(size_bytes - CHUNK_BYTES);
  }
  haversack.proxy.mend();

  const page = await browser.restart();
  await page.goto(haversack.url);
  await expect(unitCard(page, largeUnit).getByText('Downloaded', { exact: true })).toBeVisible({ timeout: 45_000 });
  for (const { object_id, size_bytes } of assets) {
    const total = rangesOf(object_id).reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeGreaterThanOrEqual(size_bytes);
    expect(total - size_bytes, 'bytes that were sent twice').toBeLessThanOrEqual(CHUNK_BYTES);
  }
  for (const { object_id } of recordings) {
    const [next] = sent.slice(countBefore).filter(({ objectId }) => objectId === object_id);
    expect(next?.first, 'where it went on').toBeGreaterThanOrEqual(2 * CHUNK_BYTES);
  }
});
