/** The background's way to the host: an offscreen document, created once at a time, closed when there is nothing to do. */
import { browser } from 'wxt/browser';
import { CompressionError } from '../core/errors.ts';
import { sendMessage, type ToEngine } from '../core/protocol/messages.ts';

export interface EngineDocument {
  /** Runs a step that needs the host: it is there before the step begins and is not closed during it. */
  withEngine<T>(step: () => Promise<T>): Promise<T>;
  exists(): Promise<boolean>;
  /** Closes the host, unless a step runs or `stillNeeded` says so. */
  closeUnless(stillNeeded: () => Promise<boolean>): Promise<void>;
}

const PAGE = 'offscreen.html';

/** @throws CompressionError `engine-stopped` from `withHost` when the document cannot be created. */
export function offscreenEngine(): EngineDocument {
  let creating: Promise<void> | null = null;
  let steps = 0;

  async function exists(): Promise<boolean> {
    const contexts = await chrome.runtime.getContexts({
      contextTypes: [chrome.runtime.ContextType.OFFSCREEN_DOCUMENT],
    });
    return contexts.length > 0;
  }

  async function ensure(): Promise<void> {
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
  }

  return {
    exists,
    async withEngine(step) {
      steps++;
      try {
        await ensure().catch((thrown: unknown) => {
          throw new CompressionError('engine-stopped', {}, { cause: thrown });
        });
        return await step();
      } finally {
        steps--;
      }
    },
    async closeUnless(stillNeeded) {
      if ((await stillNeeded()) || steps > 0 || !(await exists())) return;
      await chrome.offscreen.closeDocument();
    },
  };
}

export type EngineMessages = {
  readonly [K in keyof ToEngine]: (...data: Parameters<ToEngine[K]>) => Promise<ReturnType<ToEngine[K]>>;
};

/** The host's messages, as the background sends them. */
export const engineMessages: EngineMessages = {
  runJob: (job) => sendMessage('runJob', job),
  cancelRun: (message) => sendMessage('cancelRun', message),
  runningJobs: () => sendMessage('runningJobs', undefined),
  openResult: (message) => sendMessage('openResult', message),
  closeResult: (message) => sendMessage('closeResult', message),
  clickLink: (message) => sendMessage('clickLink', message),
  previewJob: (message) => sendMessage('previewJob', message),
  displayPart: (message) => sendMessage('displayPart', message),
  cancelPreview: (message) => sendMessage('cancelPreview', message),
};
