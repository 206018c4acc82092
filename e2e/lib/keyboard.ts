import { expect, type Locator, type Page } from '@playwright/test';

const STOPS_MAX = 60;

/** A person who has a keyboard and nothing else, and must see where they are. */
export interface Keyboard {
  /** Presses Tab until `target` has the focus. Each stop on the way must be named, and drawn as the one that has it. */
  tabTo(target: Locator): Promise<void>;
  /** Goes there and presses it. */
  press(target: Locator, key?: 'Enter' | 'Space'): Promise<void>;
  type(target: Locator, text: string): Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  async function tabTo(target: Locator): Promise<void> {
    await target.waitFor();
    const passed: string[] = [];
    while (!(await hasFocus(target))) {
      if (passed.length === STOPS_MAX) throw new Error(`${String(target)} is not reached with Tab, only: ${passed.join(' · ')}`);
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(describeStop);
      passed.push(stop.name);
      expect(stop, `after ${passed.slice(-3).join(', ')}`).toMatchObject({ isNamed: true, isInView: true, isMarked: true });
    }
  }
  return {
    tabTo,
    async press(target, key = 'Enter') {
      await tabTo(target);
      await page.keyboard.press(key);
    },
    async type(target, text) {
      await tabTo(target);
      await page.keyboard.type(text);
    },
  };
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}

interface Stop {
  name: string;
  isNamed: boolean;
  isInView: boolean;
  /** It, or what is drawn around it, looks different from how it looks without the focus. */
  isMarked: boolean;
}

/** Runs in the page. Outside of everything, where the browser's own buttons would come, all is well. */
async function describeStop(): Promise<Stop> {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body)
    return { name: '(the browser)', isNamed: true, isInView: true, isMarked: true };
  const drawn = async (): Promise<string> => {
    for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    return [element, element.parentElement ?? element]
      .map((part) => {
        const { outlineStyle, outlineWidth, borderColor, borderWidth, boxShadow } = getComputedStyle(part);
        return [outlineStyle === 'none' ? 'no outline' : outlineWidth, borderColor, borderWidth, boxShadow].join();
      })
      .join();
  };
  const box = element.getBoundingClientRect();
  const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60);
  const focused = await drawn();
  element.blur();
  const blurred = await drawn();
  element.focus({ preventScroll: true });
  return {
    name: `${element.getAttribute('role') ?? element.tagName.toLowerCase()} ${name}`,
    isNamed: name !== '',
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
    isMarked: focused !== blurred,
  };
}
