/** The session's jobs as they stand, followed as they change. */
import type { Job } from '../lib/core/model/job.ts';
import { jobsIn } from '../lib/storage/job-store.ts';

/** Where records are read and watched: `storage.session`, or a test's own. */
export interface JobSource {
  /** All items, jobs and others. */
  read(): Promise<Record<string, unknown>>;
  /** Calls `changed` with each changed item (undefined when it went) until the returned function is called. */
  watch(changed: (items: Record<string, unknown>) => void): () => void;
}

export class LiveJobs {
  #items: Record<string, unknown> = {};
  #current = $state.raw<readonly Job[] | null>(null);
  readonly #unwatch: () => void;

  constructor(source: JobSource) {
    // Watched before it is read: a change in between must not be lost, and the newer one wins.
    const changed: Record<string, unknown> = {};
    this.#unwatch = source.watch((items) => {
      Object.assign(changed, items);
      if (this.#current !== null) this.#take(items);
    });
    void source.read().then((items) => this.#take({ ...items, ...changed }));
  }

  /** Newest first; null until the first reading. */
  get current(): readonly Job[] | null {
    return this.#current;
  }

  stop(): void {
    this.#unwatch();
  }

  #take(items: Record<string, unknown>): void {
    const merged = Object.entries({ ...this.#items, ...items }).filter(([, value]) => value !== undefined);
    this.#items = Object.fromEntries(merged);
    this.#current = jobsIn(this.#items);
  }
}
