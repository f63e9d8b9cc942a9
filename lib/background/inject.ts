/** Running a script in a page, on demand. */
import { browser } from 'wxt/browser';
import type { ScriptPublicPath } from 'wxt/utils/inject-script';
import { CompressionError } from '../core/errors.ts';

export interface InjectionTarget {
  readonly tabId: number;
  /** All that let a script in when left out. */
  readonly frameId?: number;
}

export interface DocumentTarget extends InjectionTarget {
  /** What the frame must still show; whatever it shows when left out. */
  readonly documentId?: string | undefined;
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
 * @param pauses ms before each further try
 * @throws CompressionError `page-blocked` where no script may run.
 */
export async function inject<A extends readonly unknown[], T>(
  { tabId, frameId, documentId }: DocumentTarget,
  files: readonly ScriptPublicPath[],
  func: (...args: A) => T,
  args: A,
  pauses: readonly number[] = SECOND_TRY,
): Promise<Injected<Awaited<T>>[]> {
  const target =
    documentId !== undefined
      ? { tabId, documentIds: [documentId] }
      : frameId === undefined
        ? { tabId, allFrames: true }
        : { tabId, frameIds: [frameId] };
  for (let tries = 0; ; tries++) {
    try {
      const loaded =
        files.length > 0
          ? await whileThere(
              { tabId, frameId: frameId ?? 0 },
              browser.scripting.executeScript({ target, files: [...files] }),
              // They run before what is asked later of the same document.
              () => true,
            )
          : [];
      const document = loaded.find(({ frameId: id }) => id === 0) ?? loaded[0];
      const called = browser.scripting.executeScript({
        target,
        func: func as unknown as (...args: unknown[]) => T,
        args: [...args],
      });
      const results =
        document?.documentId === undefined
          ? await called
          : await whileThere(
              { tabId, frameId: document.frameId },
              called,
              (now) => now?.documentId !== document.documentId,
            );
      return results.flatMap(({ frameId: id, result }) =>
        result === null || result === undefined ? [] : [{ frameId: id, result: result as Awaited<T> }],
      );
    } catch (thrown) {
      const pause = pauses[tries];
      if (pause === undefined || !mayPass(thrown)) throw new CompressionError('page-blocked', {}, { cause: thrown });
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** The id of the document that a tab shows; undefined where no script may run in it, and when it is left meanwhile. */
export async function documentIn(tabId: number): Promise<string | undefined> {
  const asked = browser.scripting.executeScript({ target: { tabId, frameIds: [0] }, func: nothing });
  const [top] = await whileThere({ tabId, frameId: 0 }, asked, () => true).catch(() => []);
  return top?.documentId;
}

/** ms between two looks whether the document is still the tab's, and from an answer of the one that is there until it is believed. */
const LOOK_EVERY = 1000;
const GRACE = 200;

/**
 * What a page answers, or a rejection once the tab shows another one. Measured in Chromium 156: a page that is left while a
 * script of ours waits in it is frozen for "Back", and the call is neither answered nor refused for minutes; a call to its
 * document by its id isn't, either, but the frame's own number is that of the document that is shown.
 *
 * @param isOther whether what answers now is another document than the one that was asked
 */
async function whileThere<T>(
  { tabId, frameId }: Required<InjectionTarget>,
  answer: Promise<T>,
  isOther: (now: { readonly documentId?: string } | undefined) => boolean,
): Promise<T> {
  let isOver = false;
  const ended = answer.finally(() => {
    isOver = true;
  });
  const left = async (): Promise<T> => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      if (isOver) return ended;
      const [now] = await browser.scripting.executeScript({ target: { tabId, frameIds: [frameId] }, func: nothing });
      await new Promise((resolve) => setTimeout(resolve, GRACE));
      if (isOver) return ended;
      if (isOther(now)) throw new Error('the page was left');
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
