/**
 * Trying recipes while a person turns the knobs: waits until they rest, gives up what is overtaken, and never lets a late
 * answer stand in the place of a newer one.
 */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';

export type PreviewState<T> =
  | { readonly kind: 'settled'; readonly recipe: Recipe; readonly shown: T }
  /** Something newer is being made; `shown` is the last that was, or null before the first. */
  | { readonly kind: 'busy'; readonly recipe: Recipe; readonly shown: T | null }
  | { readonly kind: 'failed'; readonly recipe: Recipe; readonly shown: T | null; readonly error: ErrorRecord };

export interface LivePreviewOptions<T> {
  /** Makes what the recipe gives; ends early with any error when the signal says so. */
  readonly make: (recipe: Recipe, signal: AbortSignal) => Promise<T>;
  /** Called with what is no longer shown, or never was: its memory is to be let go of. */
  readonly drop: (made: T) => void;
  readonly changed: (state: PreviewState<T>) => void;
  /** ms that the knobs must rest. */
  readonly rest?: number;
}

export interface LivePreview {
  /** Asks for another recipe; `now` does not wait for rest. */
  ask(recipe: Recipe, now?: boolean): void;
  /** Gives up what runs and lets go of what is shown. */
  stop(): void;
}

export function createLivePreview<T>({ make, drop, changed, rest = 250 }: LivePreviewOptions<T>): LivePreview {
  let shown: T | null = null;
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function begin(recipe: Recipe): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const made = await make(recipe, mine.signal);
      if (running !== mine) return drop(made);
      const former = shown;
      shown = made;
      running = null;
      changed({ kind: 'settled', recipe, shown: made });
      // After the view has the new one: it must not draw what is let go of.
      if (former !== null) drop(former);
    } catch (thrown) {
      if (running !== mine) return;
      running = null;
      changed({ kind: 'failed', recipe, shown, error: CompressionError.from(thrown).toRecord() });
    }
  }

  function giveUp(): void {
    clearTimeout(timer);
    running?.abort();
    running = null;
  }

  return {
    ask(recipe, now = false) {
      if (stopped) return;
      giveUp();
      changed({ kind: 'busy', recipe, shown });
      timer = setTimeout(() => void begin(recipe), now ? 0 : rest);
    },
    stop() {
      stopped = true;
      giveUp();
      if (shown !== null) drop(shown);
      shown = null;
    },
  };
}
