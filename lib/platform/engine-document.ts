/** The background's way to the engine: an offscreen document, created once at a time, closed when there is nothing to do. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import type { MessageAnswer, MessageData, ToEngine } from '../core/protocol/messages.ts';
import { isReceiverGone, send } from './messaging.ts';

export interface EngineDocument {
  /** Runs a step that needs the engine: it is there before the step begins and is not closed during it. */
  withEngine<T>(step: () => Promise<T>): Promise<T>;
  /** Makes the engine if it is not there; for when it did not answer. */
  revive(): Promise<void>;
  exists(): Promise<boolean>;
  /** Closes the document, unless a step runs or `stillNeeded` says so. */
  closeUnless(stillNeeded: () => Promise<boolean>): Promise<void>;
  /** Calls `gone` when the document that is there ends, by whoever's hand; only in this life of the background. */
  onEnd(gone: () => void): void;
}

const PAGE = 'offscreen.html';

/** The frame in it whose workers may have threads. */
export const THREADS_PAGE = '/threads.html';

/** Held by the document as long as it lives. */
export const ENGINE_LOCK = 'engine';

/** @throws CompressionError `engine-stopped` from `withEngine` when the document cannot be created. */
export function offscreenEngine(locks: LockManager): EngineDocument {
  let creating: Promise<void> | null = null;
  let steps = 0;
  let ended: (() => void) | null = null;
  let asked = false;
  /** The document is there, and its end will be heard of. */
  let watching = false;

  async function exists(): Promise<boolean> {
    const contexts = await chrome.runtime.getContexts({
      contextTypes: [chrome.runtime.ContextType.OFFSCREEN_DOCUMENT],
    });
    return contexts.length > 0;
  }

  async function ensure(): Promise<void> {
    // Its end would have been heard of.
    if (watching) return;
    // Two creations at once, and the second is refused: all wait for the one that runs.
    creating ??= (async () => {
      if (await exists()) return;
      // webextension-polyfill wraps no `offscreen`.
      await chrome.offscreen.createDocument({
        url: browser.runtime.getURL(`/${PAGE}`),
        reasons: [chrome.offscreen.Reason.WORKERS, chrome.offscreen.Reason.BLOBS],
        justification: 'Compresses images in workers, and makes blob URLs of the results for download.',
      });
    })().finally(() => {
      creating = null;
    });
    await creating;
    watch();
  }

  /** The browser tells nobody that the document has ended; but then its lock is free. */
  function watch(): void {
    if (watching || !ended) return;
    watching = true;
    // One question for the lock at a time: that of a document which was closed is answered by its end.
    if (asked) return;
    asked = true;
    void locks
      .request(ENGINE_LOCK, { mode: 'shared' }, () => undefined)
      .then(() => {
        asked = watching = false;
        ended?.();
      });
  }

  async function withEngine<T>(step: () => Promise<T>): Promise<T> {
    steps++;
    try {
      await ensure().catch((thrown: unknown) => {
        throw new CompressionError('engine-stopped', {}, { cause: thrown });
      });
      return await step();
    } finally {
      steps--;
    }
  }

  return {
    exists,
    withEngine,
    async revive() {
      watching = false;
      await withEngine(() => Promise.resolve());
    },
    async closeUnless(stillNeeded) {
      if ((await stillNeeded()) || steps > 0 || !(await exists())) return;
      watching = false;
      await chrome.offscreen.closeDocument();
    },
    onEnd(gone) {
      ended = gone;
      void exists().then((there) => there && watch());
    },
  };
}

/** The messages to the engine, as the background sends them. */
export type EngineMessages = { readonly [K in keyof ToEngine]: (data: MessageData<K>) => Promise<MessageAnswer<K>> };

/** A question that needs the engine makes it first; the others ask who is there, and nobody has nothing to end. */
export function engineMessages(
  engine: EngineDocument,
): Pick<
  EngineMessages,
  'runJobs' | 'openResult' | 'clickLink' | 'runningJobs' | 'cancelRuns' | 'closeResults' | 'cancelPreview'
> {
  const { revive } = engine;
  async function ifThere<T>(nobody: T, question: () => Promise<T>): Promise<T> {
    if (!(await engine.exists())) return nobody;
    try {
      return await question();
    } catch (thrown) {
      if (thrown instanceof CompressionError && isReceiverGone(thrown.cause)) return nobody;
      throw thrown;
    }
  }
  const pauses: readonly number[] = [50, 200];
  return {
    runJobs: (data) => engine.withEngine(() => send('runJobs', data, { revive })),
    openResult: (data) => engine.withEngine(() => send('openResult', data, { revive })),
    clickLink: (data) => send('clickLink', data),
    runningJobs: () => ifThere([], () => send('runningJobs', undefined, { pauses })),
    cancelRuns: (data) => ifThere(undefined, () => send('cancelRuns', data, { pauses })),
    closeResults: (data) => ifThere(undefined, () => send('closeResults', data, { pauses })),
    cancelPreview: (data) => ifThere(undefined, () => send('cancelPreview', data, { pauses })),
  };
}
