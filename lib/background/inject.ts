/** Running a script in a page, on demand. */
import type { ScriptPublicPath } from 'wxt/utils/inject-script';
import { CompressionError } from '../core/errors.ts';
import { runFiles, runFunction, type Ran } from '../platform/run-script.ts';

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
 * ms: one frame that is busy, or stands still, holds up the answers of all. After so long the page's own frame is asked by itself,
 * and after as long again its answer is taken for that of all.
 */
const FRAMES_LATE = 1500;

/**
 * Runs files, where they are not there yet, then a function that finds what the last of them has set up, and gives what it
 * returned, frame by frame. A page that is still loading is not waited for.
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
  const script = { files, func: func as unknown as (...args: readonly unknown[]) => T, args };
  for (let tries = 0; ; tries++) {
    try {
      const results = await (frameId === undefined
        ? inAllFrames(tabId, script)
        : inOneFrame({ tabId, frameId, documentId }, script));
      return results.flatMap(({ frameId: id, result }) =>
        result === null || result === undefined ? [] : [{ frameId: id, result: result as Awaited<T> }],
      );
    } catch (thrown) {
      const pause = pauses[tries];
      if (pause === undefined || !mayPass(thrown)) throw new CompressionError('page-blocked', {}, { cause: thrown });
      await sleep(pause);
    }
  }
}

/** The id of the document that a tab shows; undefined where no script may run in it, and when it is left meanwhile. */
export async function documentIn(tabId: number): Promise<string | undefined> {
  const top = { tabId, frameId: 0 };
  const [shown] = await whileThere(top, runFunction(targetOf(top), nothing, []), () => true).catch(() => []);
  return shown?.documentId;
}

/** A function that runs in the page, and what it needs there. */
interface Script {
  readonly files: readonly ScriptPublicPath[];
  readonly func: (...args: readonly unknown[]) => unknown;
  readonly args: readonly unknown[];
}

async function inOneFrame(frame: OneFrame, { files, func, args }: Script): Promise<Results> {
  const target = targetOf(frame);
  const loaded =
    files.length > 0
      ? await whileThere(
          frame,
          runFiles(target, files),
          // They run before what is asked later of the same document.
          () => true,
        )
      : [];
  const called = runFunction(target, func, args);
  const asked = loaded[0]?.documentId;
  return asked === undefined ? called : whileThere(frame, called, (now) => now?.documentId !== asked);
}

async function inAllFrames(tabId: number, script: Script): Promise<Results> {
  const target = { tabId, allFrames: true };
  const every = async (): Promise<Results> => {
    if (script.files.length > 0) await runFiles(target, script.files);
    return runFunction(target, script.func, script.args);
  };
  const all = every();
  const alone = async (): Promise<Results> => {
    const page = await inOneFrame({ tabId, frameId: 0 }, script);
    // The machine may be busy, and not the frame.
    await sleep(FRAMES_LATE);
    return page;
  };
  return (await Promise.race([all, sleep(FRAMES_LATE)])) ?? Promise.race([all, alone()]);
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What frames have answered, of which nobody knows the form yet. */
type Results = Ran<unknown>[];

type OneFrame = DocumentTarget & Required<InjectionTarget>;

function targetOf({ tabId, frameId, documentId }: OneFrame): Parameters<typeof runFiles>[0] {
  return documentId === undefined ? { tabId, frameIds: [frameId] } : { tabId, documentIds: [documentId] };
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
      await sleep(LOOK_EVERY);
      if (isOver) return ended;
      const [now] = await runFunction({ tabId, frameIds: [frameId] }, nothing, []);
      await sleep(GRACE);
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
