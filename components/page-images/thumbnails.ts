/**
 * Small pictures for the rows that are in view. They come from the page one by one and a few at a time, and a row that is
 * scrolled away before its turn needs none: of two thousand images only those are asked for that somebody looks at.
 */
import { SvelteMap } from 'svelte/reactivity';

/** How many are waited for at a time. */
const AT_ONCE = 3;
/** So many are kept, of some kB each; those that were not looked at for longest go. */
const KEPT = 400;

export class Thumbnails<Entry extends { readonly key: string }> {
  readonly #load: (entry: Entry) => Promise<string>;
  readonly #known = new SvelteMap<string, string>();
  readonly #waiting = new Map<string, Entry>();
  #running = 0;

  /** @param load gives a data: URL, or '' for none */
  constructor(load: (entry: Entry) => Promise<string>) {
    this.#load = load;
  }

  /** '' for none, undefined as long as it is not known. */
  of({ key }: Entry): string | undefined {
    return this.#known.get(key);
  }

  /** @returns what ends the wish */
  want(entry: Entry): () => void {
    if (!this.#known.has(entry.key)) this.#waiting.set(entry.key, entry);
    this.#next();
    return () => void this.#waiting.delete(entry.key);
  }

  #next(): void {
    for (const [key, entry] of this.#waiting) {
      if (this.#running >= AT_ONCE) return;
      this.#waiting.delete(key);
      this.#running += 1;
      void this.#load(entry)
        .catch(() => '')
        .then((url) => {
          this.#running -= 1;
          this.#keep(key, url);
          this.#next();
        });
    }
  }

  #keep(key: string, url: string): void {
    this.#known.set(key, url);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
  }
}
