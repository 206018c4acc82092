import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { openUnit, signUp } from '../lib/learner.ts';
import { look } from '../lib/look.ts';

const UNIT = 'Map and compass';

test('[UI-4] in Arabic everything runs from right to left, units run as they are written, and French is one choice away', async ({
  haversack,
  browserOf,
}) => {
  test.setTimeout(420_000);
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const unit = await (await signInFromNode(haversack.directUrl, person)).unitByTitle(UNIT);
  const lesson = lessonWithExercises(unit);

  await test.step('the choice holds at once, and after a reload', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'العربية' }).click();
    await expect(page.getByRole('heading', { name: 'الإعدادات', exact: true })).toBeVisible();
    await expectDocument(page, 'ar', 'rtl', 'الإعدادات · Haversack');
    await page.reload();
    await expect(page.getByRole('heading', { name: 'الإعدادات', exact: true })).toBeVisible();
    await expectDocument(page, 'ar', 'rtl', 'الإعدادات · Haversack');
    await lookAt(page, 'ar settings');
  });

  await test.step('the list: its first tab stands on the right, and the arrow to the left leads on', async () => {
    await page.goto(haversack.url);
    await expect(page.getByRole('heading', { name: UNIT, exact: true })).toBeVisible();
    const my = page.getByRole('tab', { name: 'وحداتي' });
    const all = page.getByRole('tab', { name: 'كل الوحدات' });
    expect(await leftOf(my)).toBeGreaterThan(await leftOf(all));
    await my.click();
    await page.keyboard.press('ArrowLeft');
    await expect(all).toBeFocused();
    await lookAt(page, 'ar units');
  });

  await test.step('the unit and its lesson keep their own direction', async () => {
    await openUnit(page, UNIT);
    await expectNoOverflow(page, 'ar unit');
    await page.getByRole('button', { name: `بدء الدرس: \u2068${lesson.title}\u2069` }).click();
    await expect(page.getByRole('button', { name: 'تحقق من الإجابة' })).toBeAttached();
    expect(await directionOfHeading(page, lesson.title)).toBe('ltr');
    await expectNoOverflow(page, 'ar lesson');
    await page.getByRole('button', { name: 'تحقق من الإجابة' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await lookAt(page, 'ar exercise');
  });

  await test.step('Downloads', async () => {
    await page.goto(`${haversack.url}/downloads`);
    await expect(page.getByRole('heading', { name: 'التنزيلات', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'المزامنة الآن' }).click();
    await lookAt(page, 'ar downloads');
  });

  await test.step('French', async () => {
    await page.goto(`${haversack.url}/settings`);
    await page.getByRole('radio', { name: 'Français' }).click();
    await expect(page.getByRole('heading', { name: 'Réglages', exact: true })).toBeVisible();
    await expectDocument(page, 'fr', 'ltr', 'Réglages · Haversack');
    await lookAt(page, 'fr settings');
    await page.goto(haversack.url);
    await expect(page.getByRole('heading', { name: UNIT, exact: true })).toBeVisible();
    await expectNoOverflow(page, 'fr units');
  });
});

async function expectDocument(page: Page, lang: string, dir: string, title: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
  await expect(page.locator('html')).toHaveAttribute('dir', dir);
  await expect(page).toHaveTitle(title);
}

/** As axe sees it, and that nothing stands outside of a phone's width. */
async function lookAt(page: Page, name: string): Promise<void> {
  await look(page, name);
  await expectNoOverflow(page, name);
}

async function expectNoOverflow(page: Page, name: string): Promise<void> {
  const overflow = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
        .filter(
          (element) => ['auto', 'scroll', 'visible'].includes(getComputedStyle(element).overflowX) && element.clientWidth > 0,
        )
        .map((element) => `${element.tagName} ${element.textContent.slice(0, 40)}`),
    );
  // A page that has just become narrow is laid out anew a moment later.
  await expect.poll(overflow, { message: `${name}: wider than its place at 390 px` }).toEqual([]);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390);
}

async function leftOf(element: ReturnType<Page['getByRole']>): Promise<number> {
  return (await element.boundingBox())?.x ?? Number.NaN;
}

function directionOfHeading(page: Page, title: string): Promise<string> {
  return page
    .getByRole('heading', { name: title, exact: true })
    .first()
    .evaluate((element) => getComputedStyle(element).direction);
}
