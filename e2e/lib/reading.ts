import type { Page } from '@playwright/test';

/** What a reader with coarse fingers or large text would stumble over; each function runs in the page and names each fault. */
export async function readingFaults(page: Page): Promise<string[]> {
  return [...(await page.evaluate(smallTargets)), ...(await page.evaluate(tornWords)), ...(await page.evaluate(troubledTexts))];
}

/** Whatever is pressed is at least 44 × 44 (WCAG 2.5.5). Links inside a sentence are as high as its line, as that rule allows. */
function smallTargets(): string[] {
  const TARGET_MIN_SIZE = 44;
  const pressed =
    'button, a[href], input, textarea, [role="button"], [role="link"], [role="radio"], [role="switch"], [role="tab"], [role="slider"]';
  return [...document.querySelectorAll<HTMLElement>(pressed)].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    const isInSentence = getComputedStyle(element).display === 'inline';
    if (!element.checkVisibility() || width === 0 || element.closest('[aria-hidden="true"]') || isInSentence) return [];
    if (width >= TARGET_MIN_SIZE - 0.5 && height >= TARGET_MIN_SIZE - 0.5) return [];
    const name = element.getAttribute('aria-label') ?? element.textContent;
    return [`small target: ${element.tagName} "${name}" ${Math.round(width)} × ${Math.round(height)}`];
  });
}

/** A word that goes on in the next line, though half the window would hold it. */
function tornWords(): string[] {
  const faults: string[] = [];
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    if (text.parentElement?.checkVisibility({ opacityProperty: true, visibilityProperty: true }) !== true) continue;
    for (const { 0: word, index } of text.data.matchAll(/\p{L}{2,}/gu)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
      const width = boxes.reduce((sum, box) => sum + box.width, 0);
      const tops = boxes.map(({ top }) => top);
      const isTorn = Math.max(...tops) - Math.min(...tops) > 5;
      if (isTorn && width <= innerWidth / 2) faults.push(`torn: "${word}"`);
    }
  }
  return faults;
}

/** One line of what an element says, and where it stands. */
interface Line {
  element: HTMLElement;
  box: DOMRect;
}

/** Words that are cut off by their box, stand outside of the window, or lie on other words. */
function troubledTexts(): string[] {
  const dialog = document.querySelector('[role="dialog"], [aria-modal="true"]');
  const lines = [...(dialog ?? document.body).querySelectorAll<HTMLElement>('*')].filter(
    (element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '') &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      !['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName),
  );
  const faults: string[] = [];
  for (const line of lines) {
    const words = `"${line.textContent.slice(0, 50)}"`;
    const style = getComputedStyle(line);
    const cuts = style.overflowX === 'hidden' || style.overflowY === 'hidden' || style.overflowX === 'clip';
    // A taste of a text that is whole one press further; a heading is never one.
    const isClamped = style.webkitLineClamp !== 'none' && line.role !== 'heading';
    const isCut = line.scrollWidth > line.clientWidth + 1 || line.scrollHeight > line.clientHeight + 2;
    if (cuts && isCut && !isClamped && style.display !== 'inline') faults.push(`cut: ${words}`);
    const { left, right, width } = line.getBoundingClientRect();
    const isOutside = left < -1 || right > innerWidth + 1;
    if (width > 1 && isOutside && !canBePushed(line)) faults.push(`outside: ${words}`);
  }
  return [...faults, ...overlaps(lines)];

  /** What is wider than the window and lies in a frame of its own that scrolls sideways. */
  function canBePushed(line: HTMLElement): boolean {
    for (let above = line.parentElement; above !== null; above = above.parentElement) {
      const { overflowX } = getComputedStyle(above);
      if ((overflowX === 'auto' || overflowX === 'scroll') && above.scrollWidth > above.clientWidth + 1) return true;
    }
    return false;
  }

  function overlaps(all: readonly HTMLElement[]): string[] {
    const boxes = all.flatMap((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return [...range.getClientRects()]
        .filter(({ width, height, top, bottom }) => width > 1 && height > 1 && bottom > 0 && top < innerHeight)
        .filter((box) => isSeen(element, box))
        .map((box) => ({ element, box }));
    });
    return boxes.flatMap((one, index) =>
      boxes.slice(index + 1).flatMap((other) => {
        if (one.element.contains(other.element) || other.element.contains(one.element)) return [];
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (width < 3 || height < 5 || canBeFreed(one, other) || canBeFreed(other, one)) return [];
        return [`overlap: "${one.element.textContent.slice(0, 30)}" and "${other.element.textContent.slice(0, 30)}"`];
      }),
    );
  }

  /** A toast lies on what can be scrolled from under it. */
  function canBeFreed(under: Line, over: Line): boolean {
    const toast = over.element.closest('[role="status"]');
    if (toast === null || getComputedStyle(toast).position !== 'absolute') return false;
    let frame = under.element.parentElement;
    while (frame !== null && !['auto', 'scroll'].includes(getComputedStyle(frame).overflowY)) frame = frame.parentElement;
    if (frame === null) return false;
    const below = frame.scrollHeight - frame.clientHeight - frame.scrollTop;
    return under.box.bottom - below <= toast.getBoundingClientRect().top;
  }

  /** What lies under a bar that stays, was scrolled out of its list or is behind an ellipsis, is not read there. */
  function isSeen(element: HTMLElement, box: DOMRect): boolean {
    const halfLine = Math.max(2, box.height / 2);
    for (let above: HTMLElement | null = element; above !== null; above = above.parentElement) {
      const { overflowY, webkitLineClamp } = getComputedStyle(above);
      const frame = above.getBoundingClientRect();
      // Lines behind an ellipsis are laid out below their box, and not painted.
      if (webkitLineClamp !== 'none' && box.bottom > frame.bottom + 2) return false;
      if (!['auto', 'scroll', 'hidden', 'clip'].includes(overflowY)) continue;
      if (box.top >= frame.bottom - halfLine || box.bottom <= frame.top + halfLine) return false;
    }
    return true;
  }
}
