/**
 * What a compare view needs from the rest of the extension: pixels of a job's Source and results, tries of other recipes,
 * and the word that one of them is taken. Bytes come from the vault; messages carry ids.
 */
import type { Outcome, Receipt } from '../../lib/core/model/receipt.ts';
import type { Recipe, Turn } from '../../lib/core/model/recipe.ts';
import { CompressionError } from '../../lib/core/errors.ts';
import { inspect } from '../../lib/core/image/inspect.ts';
import { newViewId, previewId, vaultId, type JobId } from '../../lib/core/model/job.ts';
import type { DisplayRequest, ToBackground, ToEngine } from '../../lib/core/protocol/messages.ts';
import { send } from '../../lib/platform/messaging.ts';
import { turnedSize } from '../../lib/core/pixels/shape.ts';
import { mediaTypeOf } from '../../lib/core/image/format-facts.ts';
import type { Vault } from '../../lib/storage/vault/vault.ts';

export interface Tried {
  /** Upright. Whoever gets it closes it. */
  readonly bitmap: ImageBitmap;
  readonly receipt: Receipt;
}

/** All errors are CompressionErrors. */
export interface CompareService {
  /** The Source's pixels, upright and then turned. @throws `item-gone`, `corrupt` */
  source(turn: Turn): Promise<ImageBitmap>;
  /** The pixels of the result that the job holds. @throws `item-gone` */
  held(): Promise<ImageBitmap>;
  /** What another recipe gives. One at a time: the signal of the former is to be aborted before. */
  tried(recipe: Recipe, signal: AbortSignal): Promise<Tried>;
  /** The last try becomes the job's result. */
  apply(recipe: Recipe, receipt: Receipt): Promise<void>;
  /** The same for the other side, whose tries are apart from these. Is closed by itself. */
  beside(): CompareService;
  /** Tells when the job's Source is purged. Returns what ends the telling. */
  onGone(listener: () => void): () => void;
  /** Ends what runs and purges the tries. */
  close(): void;
}

type SentByCompare = Pick<ToBackground, 'applyPreview' | 'closePreview'> &
  Pick<ToEngine, 'previewJob' | 'displayPart' | 'cancelPreview'>;
export type CompareMessages = {
  readonly [K in keyof SentByCompare]: (...data: Parameters<SentByCompare[K]>) => Promise<ReturnType<SentByCompare[K]>>;
};

/** The engine is asked first; only when nobody answers is the background woken, to make it. */
const ASK = { pauses: [0, 80, 200, 500, 1000], revive: makeEngine };

/** @throws CompressionError */
async function makeEngine(): Promise<void> {
  const done = await send('ensureEngine', undefined);
  if (!done.ok) throw CompressionError.fromRecord(done.error);
}

export const compareMessages: CompareMessages = {
  applyPreview: (message) => send('applyPreview', message),
  closePreview: (message) => send('closePreview', message),
  previewJob: (message) => send('previewJob', message, ASK),
  displayPart: (message) => send('displayPart', message, ASK),
  cancelPreview: (message) => send('cancelPreview', message, { pauses: [] }),
};

export interface CompareServiceOptions {
  readonly id: JobId;
  /** This page's own; it is not closed. */
  readonly vault: Pick<Vault, 'read' | 'onChange'>;
  readonly messages?: CompareMessages;
  readonly locks?: Pick<LockManager, 'request'>;
}

export function createCompareService({
  id,
  vault,
  messages = compareMessages,
  locks = navigator.locks,
}: CompareServiceOptions): CompareService {
  const view = newViewId();
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  // What the engine keeps for this view it keeps as long as the lock is held: a view that dies lets go of it too.
  const entered = new Promise<void>((resolve) => {
    void locks.request(view, () => {
      resolve();
      return left;
    });
  });
  // A tab that is closed runs no clean-up of its components.
  addEventListener('pagehide', close, { once: true });

  function close(): void {
    removeEventListener('pagehide', close);
    leave();
    void messages.closePreview({ id, view }).catch(() => undefined);
  }

  async function askEngine(question: () => Promise<Outcome>): Promise<Receipt> {
    await entered;
    const outcome = await question();
    if (!outcome.ok) throw CompressionError.fromRecord(outcome.error);
    return outcome.receipt;
  }

  async function pixels(key: string, of: DisplayRequest['of']): Promise<ImageBitmap> {
    const bytes = await vault.read(key);
    const shown = await shownByBrowser(bytes);
    if (shown) return shown;
    await askEngine(() => messages.displayPart({ id, view, of }));
    const standIn = await shownByBrowser(await vault.read(previewId(id, view, of === 'source' ? 'before' : 'after')));
    if (!standIn) throw new CompressionError('corrupt');
    return standIn;
  }

  return {
    source: async (turn) => turnedBitmap(await pixels(vaultId(id, 'source'), 'source'), turn),
    held: () => pixels(vaultId(id, 'result'), 'result'),
    async tried(recipe, signal) {
      const cancel = (): void => void messages.cancelPreview({ view }).catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const receipt = await askEngine(() => messages.previewJob({ id, view, recipe }));
        return { receipt, bitmap: await pixels(previewId(id, view, 'tried'), 'tried') };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    async apply(recipe, receipt) {
      const done = await messages.applyPreview({ id, view, recipe, receipt });
      if (!done.ok) throw CompressionError.fromRecord(done.error);
    },
    beside: () => createCompareService({ id, vault, messages, locks }),
    onGone: (listener) =>
      vault.onChange(({ what, ids }) => {
        if (what === 'purged' && ids.includes(vaultId(id, 'source'))) listener();
      }),
    close,
  };
}

/** @param bitmap is closed where another takes its place */
function turnedBitmap(bitmap: ImageBitmap, turn: Turn): ImageBitmap {
  if (turn === 0) return bitmap;
  const { width, height } = turnedSize(bitmap, turn);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new CompressionError('internal');
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
  bitmap.close();
  return canvas.transferToImageBitmap();
}

/** By the browser, which turns it upright and brings its colours to the screen's. Null for what it can't show, and for an SVG, which the engine draws where that can be ended. */
async function shownByBrowser(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap | null> {
  const { format } = inspect(bytes);
  if (format === 'svg') return null;
  return createImageBitmap(new Blob([bytes], { type: mediaTypeOf(format) })).catch(() => null);
}
