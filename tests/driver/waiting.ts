/** Waiting for something to become true, with a limit and a sentence that says what did not happen. */
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** ms before it gives up. */
  readonly timeout?: number;
  /** ms between two looks. */
  readonly interval?: number;
}

/**
 * Looks again and again until `look` gives something that is not null, undefined, false or '', and returns it.
 * Throws an error that names `what` when the time is up, with the last error that `look` threw as its cause.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { timeout = 20_000, interval = 50 }: WaitOptions = {},
): Promise<Exclude<T, null | undefined | false | ''>> {
  const limit = performance.now() + timeout;
  let cause: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false && seen !== '')
        return seen as Exclude<T, null | undefined | false | ''>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > limit)
      throw new Error(`waited ${timeout} ms for ${what}`, cause === undefined ? undefined : { cause });
    await delay(interval);
  }
}
