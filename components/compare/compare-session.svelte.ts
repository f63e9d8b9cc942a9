/** One comparison: the original, the last result, and the recipe that a person tries. */
import type { CompareService } from './compare-service.ts';
import { createLivePreview, type LivePreview } from './live-preview.ts';
import { pictureOf, type Picture } from './picture.ts';
import { sameRecipe } from '../../lib/core/model/same-recipe.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import type { Job } from '../../lib/core/model/job.ts';

export interface Made {
  readonly picture: Picture;
  readonly receipt: Receipt;
}

export class CompareSession {
  #recipe: Recipe = $state.raw() as Recipe;
  #before = $state.raw<Picture | null>(null);
  #after = $state.raw<Made | null>(null);
  /** A result that stands in the original's place. */
  #pinned = $state.raw<Made | null>(null);
  #phase = $state<'busy' | 'settled' | 'failed'>('busy');
  #error = $state.raw<ErrorRecord | null>(null);
  #gone = $state(false);
  /** What the job holds now, or null when it has no result. */
  #held = $state.raw<{ readonly recipe: Recipe; readonly receipt: Receipt } | null>(null);
  /** Counts up when a picture got a smaller copy. */
  #drawings = $state(0);
  #taking = $state(false);
  readonly #source: InputFormat | null;
  readonly #service: CompareService;
  readonly #live: LivePreview;
  readonly #unwatch: () => void;
  #stopped = false;

  constructor(job: Job, service: CompareService) {
    this.#service = service;
    this.#recipe = job.recipe;
    this.#source = 'source' in job && job.source ? job.source.format : null;
    this.#held = heldBy(job);
    this.#unwatch = service.onGone(() => this.#lose());
    this.#live = createLivePreview<Made>({
      make: (recipe, signal) => this.#make(recipe, signal),
      drop: (made) => {
        if (made !== this.#pinned) made.picture.close();
      },
      changed: (state) => {
        this.#phase = state.kind;
        this.#after = state.shown;
        this.#error = state.kind === 'failed' ? state.error : null;
      },
    });
    void this.#open();
  }

  get recipe(): Recipe {
    return this.#recipe;
  }
  get before(): Picture | null {
    return this.#before;
  }
  get after(): Made | null {
    return this.#after;
  }
  get pinned(): Made | null {
    return this.#pinned;
  }
  get busy(): boolean {
    return this.#phase === 'busy';
  }
  get error(): ErrorRecord | null {
    return this.#error;
  }
  /** The Source was purged: nothing can be tried any more. */
  get gone(): boolean {
    return this.#gone;
  }
  get drawings(): number {
    return this.#drawings;
  }
  get input(): InputFormat {
    return this.#after?.receipt.input.format ?? this.#held?.receipt.input.format ?? this.#source ?? 'jpeg';
  }
  /** The recipe is another one than the job's. */
  get changed(): boolean {
    return this.#held === null || !sameRecipe(this.#recipe, this.#held.recipe);
  }
  get canTake(): boolean {
    return this.#phase === 'settled' && this.changed && !this.#taking && !this.#gone;
  }

  /** Tries another recipe once the knobs rest. */
  try(recipe: Recipe): void {
    if (this.#gone || sameRecipe(recipe, this.#recipe)) return;
    this.#recipe = recipe;
    this.#live.ask(recipe);
  }

  /** Back to what the job holds. */
  reset(): void {
    if (this.#held) this.try(this.#held.recipe);
  }

  /** What is shown stays beside whatever is tried next, in the original's place. */
  pin(): void {
    if (this.#phase !== 'settled' || this.#after === this.#pinned) return;
    this.unpin();
    this.#pinned = this.#after;
  }

  /** The original stands beside it again. */
  unpin(): void {
    const former = this.#pinned;
    this.#pinned = null;
    if (former !== this.#after) former?.picture.close();
  }

  /** What is shown becomes the job's result. Resolves with whether it did. */
  async take(): Promise<boolean> {
    const made = this.#after;
    const recipe = this.#recipe;
    if (!made || !this.canTake) return false;
    this.#taking = true;
    try {
      await this.#service.apply(recipe, made.receipt);
      this.#held = { recipe, receipt: made.receipt };
      return true;
    } catch (thrown) {
      this.#error = CompressionError.from(thrown).toRecord();
      return false;
    } finally {
      this.#taking = false;
    }
  }

  /** The job's record has changed, here or in another view. */
  follow(job: Job): void {
    const held = heldBy(job);
    if (
      !held ||
      (this.#held &&
        sameRecipe(this.#held.recipe, held.recipe) &&
        this.#held.receipt.output.bytes === held.receipt.output.bytes)
    )
      return;
    const untouched = this.#held !== null && !this.changed;
    this.#held = held;
    if (untouched) this.try(held.recipe);
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#live.stop();
    this.#after = null;
    this.#pinned?.picture.close();
    this.#pinned = null;
    this.#before?.close();
    this.#before = null;
    this.#service.close();
  }

  async #open(): Promise<void> {
    try {
      this.#live.ask(this.#recipe, true);
      const bitmap = await this.#service.source();
      if (this.#stopped) return bitmap.close();
      this.#before = this.#pictureOf(bitmap);
    } catch (thrown) {
      this.#phase = 'failed';
      this.#error = CompressionError.from(thrown).toRecord();
    }
  }

  async #make(recipe: Recipe, signal: AbortSignal): Promise<Made> {
    const held = this.#held;
    if (held && sameRecipe(recipe, held.recipe))
      return { picture: this.#pictureOf(await this.#service.held()), receipt: held.receipt };
    const { bitmap, receipt } = await this.#service.tried(recipe, signal);
    return { picture: this.#pictureOf(bitmap), receipt };
  }

  #pictureOf(bitmap: ImageBitmap): Picture {
    return pictureOf(bitmap, () => this.#drawings++);
  }

  #lose(): void {
    this.#gone = true;
    this.#error = new CompressionError('item-gone').toRecord();
  }
}

function heldBy(job: Job): { readonly recipe: Recipe; readonly receipt: Receipt } | null {
  return job.state === 'ready' || job.state === 'unsaved' ? { recipe: job.recipe, receipt: job.receipt } : null;
}
