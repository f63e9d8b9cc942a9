/** The session's jobs as they stand, followed as they change. */
import type { Job } from '../lib/core/model/job.ts';
import { newestFirst, takeChanges } from '../lib/storage/job-store.ts';

/** Where records are read and watched: `storage.session`, or a test's own. */
export interface JobSource {
  /** All items, jobs and others. */
  read(): Promise<Record<string, unknown>>;
  /** Calls `changed` with each changed item (undefined when it went) until the returned function is called. */
  watch(changed: (items: Record<string, unknown>) => void): () => void;
}

/** ms: a batch brings more changes than a person can see, and each costs the list a new order. */
const PAUSE = 200;

export class LiveJobs {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- `#current` is what is followed
  readonly #jobs = new Map<string, Job>();
  #current = $state.raw<readonly Job[] | null>(null);
  /** Heard of, and not yet taken. */
  #changed: Record<string, unknown> = {};
  #pause: ReturnType<typeof setTimeout> | null = null;
  readonly #unwatch: () => void;
  /** Resolves with the first reading. */
  readonly known: Promise<void>;

  constructor(source: JobSource) {
    // Watched before it is read: a change in between must not be lost, and the newer one wins.
    this.#unwatch = source.watch((items) => {
      Object.assign(this.#changed, items);
      if (this.#current !== null && this.#pause === null) this.#follow();
    });
    this.known = source.read().then((items) => this.#take(items));
  }

  /** Newest first; null until the first reading. */
  get current(): readonly Job[] | null {
    return this.#current;
  }

  stop(): void {
    this.#unwatch();
    if (this.#pause !== null) clearTimeout(this.#pause);
  }

  /** A change at once, and what comes in the pause after it together. */
  #follow(): void {
    this.#take({});
    this.#pause = setTimeout(() => {
      this.#pause = null;
      if (Object.keys(this.#changed).length > 0) this.#follow();
    }, PAUSE);
  }

  #take(read: Record<string, unknown>): void {
    takeChanges(this.#jobs, { ...read, ...this.#changed });
    this.#changed = {};
    this.#current = newestFirst([...this.#jobs.values()]);
  }
}
