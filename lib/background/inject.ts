/** Running a script in a page, on demand. */
import { browser } from 'wxt/browser';
import type { ScriptPublicPath } from 'wxt/utils/inject-script';
import { CompressionError } from '../core/errors.ts';

export interface InjectionTarget {
  readonly tabId: number;
  /** All that let a script in when left out. */
  readonly frameId?: number;
}

export interface Injected<T> {
  readonly frameId: number;
  readonly result: T;
}

/** ms: right after a navigation Chromium refuses what it allows a moment later, since the tab's new document is not yet known. */
const SECOND_TRY = [80, 120, 200, 300, 300];

/**
 * Runs files, then a function that finds what the last of them has set up, and gives what it returned, frame by frame.
 *
 * @throws CompressionError `page-blocked` where no script may run.
 */
export async function inject<A extends readonly unknown[], T>(
  { tabId, frameId }: InjectionTarget,
  files: readonly ScriptPublicPath[],
  func: (...args: A) => T,
  args: A,
): Promise<Injected<Awaited<T>>[]> {
  const target = frameId === undefined ? { tabId, allFrames: true } : { tabId, frameIds: [frameId] };
  for (let tries = 0; ; tries++) {
    try {
      await browser.scripting.executeScript({ target, files: [...files] });
      const results = await browser.scripting.executeScript({
        target,
        func: func as unknown as (...args: unknown[]) => T,
        args: [...args],
      });
      return results.flatMap(({ frameId: id, result }) =>
        result === null || result === undefined ? [] : [{ frameId: id, result: result as Awaited<T> }],
      );
    } catch (thrown) {
      const pause = SECOND_TRY[tries];
      if (pause === undefined || !mayPass(thrown)) throw new CompressionError('page-blocked', {}, { cause: thrown });
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Whether a moment later it may be otherwise: not where the browser says what kind of page it is, or that the tab is gone. */
function mayPass(thrown: unknown): boolean {
  return !/chrome:\/\/|chrome-extension:\/\/|gallery|webstore|No tab with id/i.test(String(thrown));
}
