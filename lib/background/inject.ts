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
 * Runs files, where they are not there yet, then a function that finds what the last of them has set up, and gives what it
 * returned, frame by frame.
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
      const loaded = files.length > 0 ? await browser.scripting.executeScript({ target, files: [...files] }) : [];
      const results = await whileThere(
        tabId,
        loaded.find(({ frameId: id }) => id === 0) ?? loaded[0],
        browser.scripting.executeScript({
          target,
          func: func as unknown as (...args: unknown[]) => T,
          args: [...args],
        }),
      );
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

/** ms between two looks whether the document is still the tab's. */
const LOOK_EVERY = 1000;

/**
 * What a page answers, or a rejection once the tab shows another one. Measured in Chromium 156: a page that is left while a
 * script of ours waits in it is frozen for "Back", and the call is neither answered nor refused for minutes; a call to its
 * document by its id isn't, either, but the frame's own number is that of the document that is shown.
 *
 * @param document the top one, or the only one; with the top one the others go. Browsers that give it no id are not asked
 */
async function whileThere<T>(
  tabId: number,
  document: { readonly frameId: number; readonly documentId?: string } | undefined,
  answer: Promise<T>,
): Promise<T> {
  if (document?.documentId === undefined) return answer;
  const { frameId, documentId } = document;
  let isOver = false;
  const ended = answer.finally(() => {
    isOver = true;
  });
  const left = async (): Promise<T> => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      if (isOver) return ended;
      const [now] = await browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, func: nothing });
      if (now?.documentId !== documentId) throw new Error('the page was left');
    }
  };
  return Promise.race([ended, left()]);
}

/** Runs in the page. */
function nothing(): void {}

/** Whether a moment later it may be otherwise: not where the browser says what kind of page it is, or that the tab is gone. */
function mayPass(thrown: unknown): boolean {
  return !/chrome:\/\/|chrome-extension:\/\/|gallery|webstore|No tab with id/i.test(String(thrown));
}
