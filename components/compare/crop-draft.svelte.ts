/** A crop that is being chosen, until it is applied or given up. */
import type { Crop } from '../../lib/core/model/recipe.ts';
import { croppedTo, draggedCrop, isWhole, movedCrop, wholeOf, writtenCrop, type Handle } from './crop-geometry.ts';
import type { Point, Size } from './geometry.ts';

/** Shapes that are offered, width by height. */
export const ASPECTS = { free: null, '1:1': 1, '4:3': 4 / 3, '16:9': 16 / 9 } as const;
export type Aspect = keyof typeof ASPECTS;

export class CropDraft {
  readonly size: Size;
  #crop = $state.raw<Crop>({ left: 0, top: 0, width: 1, height: 1 });
  #aspect = $state<Aspect>('free');

  /** @param size of the image as it is turned @param crop null for all of it */
  constructor(size: Size, crop: Crop | null) {
    this.size = { width: size.width, height: size.height };
    this.#crop = crop ?? wholeOf(size);
  }

  get crop(): Crop {
    return this.#crop;
  }
  get aspect(): Aspect {
    return this.#aspect;
  }
  /** Null where nothing would be cut off. */
  get result(): Crop | null {
    return isWhole(this.#crop, this.size) ? null : this.#crop;
  }

  set aspect(aspect: Aspect) {
    this.#aspect = aspect;
    const ratio = ASPECTS[aspect];
    if (ratio !== null) this.#crop = croppedTo(this.#crop, ratio, this.size);
  }

  move(by: Point): void {
    this.#crop = movedCrop(this.#crop, by, this.size);
  }

  drag(handle: Handle, by: Point): void {
    this.#crop = draggedCrop(this.#crop, handle, by, this.size, ASPECTS[this.#aspect]);
  }

  write(side: keyof Crop, value: number): void {
    this.#crop = writtenCrop(this.#crop, side, value, this.size, ASPECTS[this.#aspect]);
  }

  takeAll(): void {
    this.#aspect = 'free';
    this.#crop = wholeOf(this.size);
  }
}
