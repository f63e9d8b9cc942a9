/** One side of a comparison: the original, or what a recipe gives, and what is being made of it. */
import type { ErrorRecord } from '../../lib/core/errors.ts';
import { sameRecipe } from '../../lib/core/model/same-recipe.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { createLivePreview, type LivePreview } from './live-preview.ts';
import type { Picture } from './scaled-picture.ts';

/** What a recipe gives, to be looked at. */
export interface Preview {
  readonly recipe: Recipe;
  readonly picture: Picture;
  readonly receipt: Receipt;
}

export interface SideOptions {
  readonly make: (recipe: Recipe, signal: AbortSignal) => Promise<Preview>;
  /** No longer shown here: closed, unless the other side shows it. */
  readonly release: (preview: Preview) => void;
}

export class CompareSide {
  #recipe = $state.raw<Recipe | null>(null);
  #preview = $state.raw<Preview | null>(null);
  #phase = $state<'busy' | 'settled' | 'failed'>('settled');
  #error = $state.raw<ErrorRecord | null>(null);
  /** Its preview came from here, so that the service holds its bytes as this side's. */
  #own = false;
  #live: LivePreview;
  readonly #options: SideOptions;

  constructor(options: SideOptions) {
    this.#options = options;
    this.#live = this.#newLive();
  }

  /** Null for the original. */
  get recipe(): Recipe | null {
    return this.#recipe;
  }
  get preview(): Preview | null {
    return this.#preview;
  }
  get busy(): boolean {
    return this.#phase === 'busy';
  }
  get settled(): boolean {
    return this.#phase === 'settled';
  }
  get error(): ErrorRecord | null {
    return this.#error;
  }
  get isOwn(): boolean {
    return this.#own;
  }

  /** Tries another recipe once the knobs rest. */
  try(recipe: Recipe, now = false): void {
    if (this.#recipe && sameRecipe(recipe, this.#recipe)) return;
    this.#recipe = recipe;
    this.#live.ask(recipe, now);
  }

  /** What was made elsewhere, as it is; the original with null. */
  show(recipe: Recipe | null, preview: Preview | null, own = false): void {
    this.#live.stop();
    this.#live = this.#newLive();
    this.#recipe = recipe;
    this.#error = null;
    this.#phase = 'settled';
    this.#own = own;
    this.#replace(preview);
    // Nothing to be shown yet: it is made here.
    if (recipe && !preview) this.#live.ask(recipe, true);
  }

  fail(error: ErrorRecord): void {
    this.#phase = 'failed';
    this.#error = error;
  }

  stop(): void {
    this.#live.stop();
    this.#replace(null);
  }

  #newLive(): LivePreview {
    const live: LivePreview = createLivePreview<Preview>({
      make: this.#options.make,
      drop: (preview) => {
        if (preview !== this.#preview) this.#options.release(preview);
      },
      changed: (state) => {
        if (this.#live !== live) return;
        this.#phase = state.kind;
        this.#error = state.kind === 'failed' ? state.error : null;
        if (state.kind !== 'settled') return;
        this.#own = true;
        this.#replace(state.shown);
      },
    });
    return live;
  }

  #replace(preview: Preview | null): void {
    const former = this.#preview;
    this.#preview = preview;
    if (former && former !== preview) this.#options.release(former);
  }
}
