/** Choices that are being walked through, and whether one of them takes so long that it is to be said. */
import type { Chosen } from './chosen.ts';

/** ms. */
const SAID_AFTER = 500;

export class BringingIn {
  #count = $state(0);
  #searching = $state(false);
  readonly #bringIn: (files: Iterable<Chosen> | AsyncIterable<Chosen>) => Promise<void>;
  readonly #fail: (thrown: unknown) => void;

  /** Call it where effects may be made. */
  constructor(
    bringIn: (files: Iterable<Chosen> | AsyncIterable<Chosen>) => Promise<void>,
    fail: (thrown: unknown) => void,
  ) {
    this.#bringIn = bringIn;
    this.#fail = fail;
    $effect(() => {
      if (this.#count === 0) return;
      const timer = setTimeout(() => {
        this.#searching = true;
      }, SAID_AFTER);
      return () => {
        clearTimeout(timer);
        this.#searching = false;
      };
    });
  }

  get searching(): boolean {
    return this.#searching;
  }

  take(files: Iterable<Chosen> | AsyncIterable<Chosen>): void {
    this.#count += 1;
    void this.#bringIn(files)
      .catch(this.#fail)
      .finally(() => {
        this.#count -= 1;
      });
  }
}
