import type { CDPSession, Page } from '@playwright/test';

/** What the page has noted since it was opened. Times in milliseconds since the navigation began. */
export interface Noted {
  /** When the first card of the list of units was painted. */
  listAt: number;
  firstPaintAt: number;
  largestPaintAt: number;
  /** Sum of layout shifts that no input caused. */
  layoutShift: number;
  /** Of the tasks longer than 50 ms: what is above 50. */
  blockingMs: number;
  /** Longest of the interactions: from the input to the next paint. */
  interactionMs: number;
}
export interface ScrollFigures {
  framesASecond: number;
  framesLate: number;
  longestFrameMs: number;
  /** Frames in which the middle of the screen held no card. */
  framesBlank: number;
}

declare global {
  var noted: Noted;
}

export const installProbe = (page: Page): Promise<unknown> => page.addInitScript(probe);

/** Runs in each page before its own scripts. */
export function probe(): void {
  const noted = { listAt: 0, firstPaintAt: 0, largestPaintAt: 0, layoutShift: 0, blockingMs: 0, interactionMs: 0 };
  globalThis.noted = noted;
  const watch = (type: string, note: (entry: PerformanceEntry) => void, options: object = {}): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
  watch('paint', ({ startTime }) => (noted.firstPaintAt ||= startTime));
  watch('largest-contentful-paint', ({ startTime }) => (noted.largestPaintAt = startTime));
  watch('longtask', ({ duration }) => (noted.blockingMs += duration - 50));
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) noted.layoutShift += value;
  });
  watch(
    'event',
    (entry) => {
      const { interactionId, duration } = entry as PerformanceEntry & { interactionId: number };
      if (interactionId > 0) noted.interactionMs = Math.max(noted.interactionMs, duration);
    },
    { durationThreshold: 16 },
  );
  const seen = new MutationObserver(() => {
    if (document.querySelector('a[href^="/units/"]') === null) return;
    seen.disconnect();
    // The task after the frame: then it has been painted.
    requestAnimationFrame(() => setTimeout(() => (noted.listAt = performance.now())));
  });
  seen.observe(document, { childList: true, subtree: true });
}

export function slowDown(session: CDPSession, times: number): Promise<unknown> {
  return session.send('Emulation.setCPUThrottlingRate', { rate: times });
}

/** Wheels through the list for `seconds`, fast as a thumb does, and counts the frames meanwhile. */
export async function scrollList(page: Page, session: CDPSession, seconds: number): Promise<ScrollFigures> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const PIXELS_A_SECOND = 3_000;
  await page.evaluate(countFrames);
  await session.send('Input.synthesizeScrollGesture', {
    x: width / 2,
    y: height / 2,
    yDistance: -PIXELS_A_SECOND * seconds,
    speed: PIXELS_A_SECOND,
    preventFling: true,
    gestureSourceType: 'mouse',
  });
  return page.evaluate(() => globalThis.stopCounting());
}

declare global {
  var stopCounting: () => ScrollFigures;
}

/** Runs in the page. */
function countFrames(): void {
  const FRAME_MS = 1_000 / 60;
  const times: number[] = [];
  let blank = 0;
  let isRunning = true;
  const onFrame = (now: number): void => {
    if (!isRunning) return;
    times.push(now);
    if (document.elementsFromPoint(innerWidth / 2, innerHeight / 2).every((element) => element.closest('a') === null)) blank += 1;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  globalThis.stopCounting = () => {
    isRunning = false;
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    const total = gaps.reduce((sum, gap) => sum + gap, 0);
    return {
      framesASecond: (gaps.length * 1_000) / total,
      framesLate: gaps.filter((gap) => gap > 1.5 * FRAME_MS).length,
      longestFrameMs: Math.max(...gaps),
      framesBlank: blank,
    };
  };
}

export async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await metric(session, 'JSHeapUsedSize')) / 2 ** 20;
}

/** Processor time of the page's thread since `Performance.enable`: what else the machine does counts little. */
export async function threadMs(session: CDPSession): Promise<number> {
  return (await metric(session, 'ThreadTime')) * 1_000;
}

async function metric(session: CDPSession, wanted: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
}
