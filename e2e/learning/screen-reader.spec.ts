import type { Page } from '@playwright/test';
import { newPerson, signInFromNode } from '../lib/api.ts';
import { lessonWithExercises } from '../lib/events.ts';
import { expect, test } from '../lib/fixtures.ts';
import { answerAll, answerOne, downloadUnit, openUnit, signUp, startLesson } from '../lib/learner.ts';

const UNIT = 'Map and compass';

/** What a screen reader is given: Chromium's own accessibility tree, in which each screen's landmarks, names and states must stand. */
test('[UI-2] every main screen is whole in the accessibility tree', async ({ haversack, browserOf }) => {
  const { page } = await browserOf();
  const person = newPerson();
  await page.goto(haversack.url);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in" [level=1]
      - form "Sign in":
        - textbox "Email"
        - textbox "Password"
        - button "Sign in"
      - link "Create account"
  `);
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const lesson = lessonWithExercises(await account.unitByTitle(UNIT));
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "Units" [level=1]
      - button "Downloads"
      - link "Settings"
    - main:
      - searchbox "Search units"
      - tablist "Which units":
        - tab "My units"
        - tab "All units" [selected]
      - link /Not downloaded ${UNIT}/:
        - heading "${UNIT}" [level=2]
  `);
  await openUnit(page, UNIT);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - button "Back"
      - heading "${UNIT}" [level=1]
    - main:
      - button "Download unit"
      - heading "${lesson.title}" [level=3]
      - 'button "Start lesson: ${lesson.title}"'
  `);

  await startLesson(page, lesson.title);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - button "Back"
      - heading "${lesson.title}" [level=1]
    - main:
      - group "Exercises of this lesson":
        - 'button "Exercise 1: not answered"'
      - button "Check answer"
    - region "Audio":
      - slider "Position"
      - button "Back 15 seconds"
      - button "Play"
      - button "Forward 15 seconds"
      - button "Show transcript"
  `);
  await answerAll(page, lesson.payload.exercises);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "Results" [level=1]
    - main:
      - heading /5 of 5 right/ [level=2]
      - progressbar "Score"
      - status
    - button "Back to unit"
  `);

  await page.goto(`${haversack.url}/downloads`);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - button "Back"
      - heading "Downloads" [level=1]
    - main:
      - text: /Online Nothing waiting to be sent/
      - button "Sync now"
      - heading "Storage" [level=2]
      - img /Storage used/
      - heading "On this device" [level=2]
  `);
  await page.goto(`${haversack.url}/downloads/needs-attention`);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "Needs attention" [level=1]
    - main
  `);
  await page.goto(`${haversack.url}/settings`);
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - banner:
      - heading "Settings" [level=1]
    - main:
      - switch /Wi-Fi/
      - button "Sign out"
  `);
});

test('[UI-2] what changes is read aloud once: feedback, an undone deletion, the state of a download and not each percent', async ({
  haversack,
  browserOf,
  largeUnit,
}) => {
  const { page } = await browserOf();
  const person = newPerson();
  await signUp(page, haversack.url, person);
  const account = await signInFromNode(haversack.directUrl, person);
  const lesson = lessonWithExercises(await account.unitByTitle(largeUnit));
  const [first] = lesson.payload.exercises;
  if (!first) throw new Error('the large unit has no exercises');

  await openUnit(page, largeUnit);
  await listenToRegions(page);
  haversack.proxy.slowDown(4_000_000);
  await downloadUnit(page);
  haversack.proxy.mend();
  const download = await heard(page);
  expect(download.filter((words) => words.includes('Downloaded'))).toHaveLength(1);
  expect(download.filter((words) => /%|of .* MB/.test(words))).toEqual([]);
  expect(download.length).toBeLessThanOrEqual(4);

  await startLesson(page, lesson.title);
  await listenToRegions(page);
  await answerOne(page, first, false);
  await expect(page.getByText('That is wrong.')).toBeVisible();
  expect((await heard(page)).filter((words) => words.includes('That is wrong.'))).toHaveLength(1);

  await page.goto(`${haversack.url}/downloads`);
  await listenToRegions(page);
  await page.getByRole('button', { name: `Delete ${largeUnit}` }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  expect((await heard(page)).filter((words) => words.includes(largeUnit))).toHaveLength(1);
});

declare global {
  var heardWords: string[];
  var listener: MutationObserver | undefined;
}

/** From now on keeps what comes into the live regions of the page, as a screen reader would say it. */
async function listenToRegions(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.listener?.disconnect();
    globalThis.heardWords = [];
    const said = new Map<Element, string>();
    const regions = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]';
    const look = (): void => {
      for (const region of document.querySelectorAll(regions)) {
        if (region.parentElement?.closest(regions)) continue;
        const words = (region.textContent ?? '').trim();
        if (words !== '' && words !== said.get(region)) globalThis.heardWords.push(words);
        said.set(region, words);
      }
    };
    for (const region of document.querySelectorAll(regions)) said.set(region, (region.textContent ?? '').trim());
    globalThis.listener = new MutationObserver(look);
    globalThis.listener.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  });
}

async function heard(page: Page): Promise<string[]> {
  // The last change may be drawn a frame later.
  await page.waitForTimeout(300);
  return page.evaluate(() => globalThis.heardWords);
}
