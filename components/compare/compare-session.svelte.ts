/** One comparison: two sides, each the original or what a recipe gives, and the result that the job holds. */
import type { CompareService } from './compare-service.ts';
import { CompareSide, type Preview } from './compare-side.svelte.ts';
import { pictureOf, type Picture } from './scaled-picture.ts';
import { sameRecipe } from '../../lib/core/model/same-recipe.ts';
import type { Receipt } from '../../lib/core/model/receipt.ts';
import { framingOf, turnedOn, withFraming } from '../../lib/core/model/framing.ts';
import type { Crop, Framing, Recipe } from '../../lib/core/model/recipe.ts';
import type { Size } from '../../lib/core/pixels/resize.ts';
import { shapeOf, turnedSize } from '../../lib/core/pixels/shape.ts';
import { around, wholeOf } from './crop-geometry.ts';
import { CompressionError, type ErrorRecord } from '../../lib/core/errors.ts';
import type { InputFormat } from '../../lib/core/image/inspection.ts';
import type { Job } from '../../lib/core/model/job.ts';

/** before: at the start, the original to begin with. after: at the end, the result to begin with. */
export const SIDES = ['before', 'after'] as const;
export type SideName = (typeof SIDES)[number];
export const otherSide = (side: SideName): SideName => (side === 'before' ? 'after' : 'before');

/** A picture, and the part of the turned original that it shows, in the original's px. */
export interface PlacedPicture {
  readonly picture: Picture;
  readonly part: Crop;
}

export class CompareSession {
  readonly #sides: Readonly<Record<SideName, CompareSide>>;
  /** Each side has tries of its own: one's do not end the other's. */
  readonly #service: CompareService;
  #beside: CompareService | null = null;
  #original = $state.raw<Picture | null>(null);
  /** How the image is turned and cropped, on both sides: it is the image's, not a recipe's. */
  #framing = $state.raw<Framing>({ turn: 0, crop: null });
  #error = $state.raw<ErrorRecord | null>(null);
  #gone = $state(false);
  /** What the job holds now, or null when it has no result. */
  #held = $state.raw<{ readonly recipe: Recipe; readonly receipt: Receipt } | null>(null);
  /** Counts up when a picture got a smaller copy. */
  #drawings = $state(0);
  #taking = $state(false);
  readonly #source: InputFormat | null;
  readonly #unwatch: () => void;
  readonly #own: Recipe;
  #stopped = false;

  constructor(job: Job, service: CompareService) {
    this.#service = service;
    this.#own = job.recipe;
    this.#framing = framingOf(job.recipe);
    this.#source = 'source' in job && job.source ? job.source.format : null;
    this.#held = heldBy(job);
    this.#unwatch = service.onGone(() => this.#lose());
    this.#sides = { before: this.#newSide('before'), after: this.#newSide('after') };
    void this.#open();
  }

  side(name: SideName): CompareSide {
    return this.#sides[name];
  }
  /** What a side shows, as far as it is there. */
  picture(name: SideName): PlacedPicture | null {
    const { recipe, preview } = this.#sides[name];
    if (!recipe) return this.original;
    if (!preview) return null;
    // One that is turned otherwise has no place here: until the new one is there, the original stands for it.
    if (framingOf(preview.recipe).turn !== this.#framing.turn) return this.original;
    const part = this.#partOf(preview.recipe);
    return part && { picture: preview.picture, part };
  }
  /** All of it, turned; null while it is not known. */
  get original(): PlacedPicture | null {
    return this.#original && { picture: this.#original, part: wholeOf(this.#original) };
  }
  /** Of the original before it is turned; null while it is not known. */
  get originalSize(): Size | null {
    return this.#original && turnedSize(this.#original, this.#framing.turn);
  }
  /** The part of the turned original that the comparison is about; null while the original is not known. */
  get part(): Crop | null {
    const parts = SIDES.flatMap((name) => {
      const { recipe } = this.#sides[name];
      return recipe ? (this.#partOf(recipe) ?? []) : [];
    });
    // Two recipes that fill boxes of different shapes show different parts: each is seen whole, where it belongs.
    return parts.length === 0 ? (this.original?.part ?? null) : parts.reduce(around);
  }
  get framing(): Framing {
    return this.#framing;
  }
  get busy(): boolean {
    return SIDES.some((name) => this.#sides[name].busy);
  }
  error(name: SideName): ErrorRecord | null {
    return this.#error ?? this.#sides[name].error;
  }
  /** The Source was purged: nothing can be tried any more. */
  get gone(): boolean {
    return this.#gone;
  }
  get drawings(): number {
    return this.#drawings;
  }
  get input(): InputFormat {
    const receipt = this.#anyReceipt;
    return receipt?.input.format ?? this.#source ?? 'jpeg';
  }
  /** Of the original; null while it is not known. */
  get inputBytes(): number | null {
    return this.#anyReceipt?.input.bytes ?? null;
  }
  /** A side's recipe is another one than the job's. */
  changed(name: SideName): boolean {
    const { recipe } = this.#sides[name];
    return recipe !== null && (this.#held === null || !sameRecipe(recipe, this.#held.recipe));
  }
  /** Neither side is the original. */
  get isOfTwoRecipes(): boolean {
    return SIDES.every((name) => this.#sides[name].recipe !== null);
  }
  canTake(name: SideName): boolean {
    return this.#sides[name].settled && this.changed(name) && !this.#taking && !this.#gone;
  }

  /** Tries another recipe once the knobs rest. */
  try(name: SideName, recipe: Recipe): void {
    if (!this.#gone) this.#sides[name].try(withFraming(recipe, this.#framing));
  }

  /** Both sides are turned and cropped so. */
  frame(framing: Framing): void {
    if (this.#gone) return;
    const isTurned = framing.turn !== this.#framing.turn;
    this.#framing = framing;
    if (isTurned) void this.#openOriginal();
    for (const name of SIDES) {
      const { recipe } = this.#sides[name];
      if (recipe) this.try(name, recipe);
    }
    if (SIDES.every((name) => this.#sides[name].recipe === null)) this.showOriginal('after', false);
  }

  turn(by: 90 | 270): void {
    if (this.#original) this.frame(turnedOn(this.#framing, by, this.#original));
  }

  /** A side is the original, or has a recipe again: the job's. */
  showOriginal(name: SideName, original: boolean): void {
    if (original) this.#sides[name].show(null, null);
    else if (!this.#sides[name].recipe) this.try(name, this.#held?.recipe ?? this.#own);
  }

  /** Back to what the job holds. */
  reset(name: SideName): void {
    if (!this.#held) return;
    this.frame(framingOf(this.#held.recipe));
    this.try(name, this.#held.recipe);
  }

  /** The other side becomes what this one is: what is made of it already is not made anew. */
  copy(from: SideName): void {
    const { recipe, preview, settled } = this.#sides[from];
    this.#sides[otherSide(from)].show(recipe, settled ? preview : null);
  }

  swap(): void {
    const [first, second] = SIDES.map((name) => {
      const { recipe, preview, settled } = this.#sides[name];
      return { recipe, preview: settled ? preview : null };
    });
    if (!first || !second) return;
    // Both are shown before either is let go of.
    this.#swapping = [first.preview, second.preview].filter((preview) => preview !== null);
    this.#sides.before.show(second.recipe, second.preview);
    this.#sides.after.show(first.recipe, first.preview);
    this.#swapping = [];
  }

  /** What a side shows becomes the job's result. Resolves with whether it did. */
  async take(name: SideName): Promise<boolean> {
    const { recipe, preview, isOwn } = this.#sides[name];
    if (!preview || !recipe || !this.canTake(name)) return false;
    this.#taking = true;
    try {
      const service = this.#serviceOf(name);
      // It was made for the other side, which may have tried others since: the bytes are to be this side's.
      const receipt = isOwn ? preview.receipt : await this.#remade(service, recipe);
      await service.apply(recipe, receipt);
      this.#held = { recipe, receipt };
      return true;
    } catch (thrown) {
      this.#sides[name].fail(CompressionError.from(thrown).toRecord());
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
    const untouched = this.#held !== null && !this.changed('after') && this.#sides.after.recipe !== null;
    this.#held = held;
    if (!untouched) return;
    this.frame(framingOf(held.recipe));
    this.try('after', held.recipe);
  }

  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    for (const name of SIDES) this.#sides[name].stop();
    this.#service.close();
    this.#beside?.close();
    this.#original?.close();
    this.#original = null;
  }

  #swapping: readonly Preview[] = [];

  get #anyReceipt(): Receipt | null {
    return this.#sides.after.preview?.receipt ?? this.#sides.before.preview?.receipt ?? this.#held?.receipt ?? null;
  }

  /** The second one begins when it is needed: most comparisons are with the original. */
  #serviceOf(name: SideName): CompareService {
    return name === 'after' ? this.#service : (this.#beside ??= this.#service.beside());
  }

  #newSide(name: SideName): CompareSide {
    return new CompareSide({
      make: (recipe, signal) => this.#make(name, recipe, signal),
      release: (preview) => {
        const isShown = SIDES.some((each) => this.#sides[each].preview === preview) || this.#swapping.includes(preview);
        if (!isShown) preview.picture.close();
      },
    });
  }

  async #open(): Promise<void> {
    try {
      this.#sides.after.try(this.#own, true);
      await this.#openOriginal();
    } catch (thrown) {
      this.#sides.after.fail(CompressionError.from(thrown).toRecord());
    }
  }

  /** As it is turned now. */
  async #openOriginal(): Promise<void> {
    const { turn } = this.#framing;
    const former = this.#original;
    this.#original = null;
    former?.close();
    const bitmap = await this.#service.source(turn);
    if (this.#stopped || this.#original || turn !== this.#framing.turn) return bitmap.close();
    this.#original = this.#pictureOf(bitmap);
  }

  #partOf(recipe: Recipe): Crop | null {
    const size = this.originalSize;
    return size && this.#original && (shapeOf(size, recipe).crop ?? wholeOf(this.#original));
  }

  async #make(name: SideName, recipe: Recipe, signal: AbortSignal): Promise<Preview> {
    const held = this.#held;
    if (held && sameRecipe(recipe, held.recipe))
      return { recipe, picture: this.#pictureOf(await this.#serviceOf(name).held()), receipt: held.receipt };
    const { bitmap, receipt } = await this.#serviceOf(name).tried(recipe, signal);
    return { recipe, picture: this.#pictureOf(bitmap), receipt };
  }

  async #remade(service: CompareService, recipe: Recipe): Promise<Receipt> {
    const { bitmap, receipt } = await service.tried(recipe, new AbortController().signal);
    bitmap.close();
    return receipt;
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
