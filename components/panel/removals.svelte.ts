/**
 * Rows that a person has removed, and may have back for a while: hidden here at once, their bytes held as before, and
 * dismissed for good when the time is over or the view goes.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- no set here is changed, it is replaced */
import type { JobId } from '../../lib/core/model/job.ts';

/** ms. */
export const UNDO_LASTS = 10_000;

export class Removals {
  #hidden = $state.raw<ReadonlySet<JobId>>(new Set());
  readonly #dismiss: (ids: readonly JobId[]) => void;

  constructor(dismiss: (ids: readonly JobId[]) => void) {
    this.#dismiss = dismiss;
  }

  /** Not to be shown, nor to be counted, saved or packed. */
  get hidden(): ReadonlySet<JobId> {
    return this.#hidden;
  }

  hide(ids: readonly JobId[]): void {
    this.#hidden = new Set([...this.#hidden, ...ids]);
  }

  /** They are there again, those that were not dismissed meanwhile. */
  restore(ids: readonly JobId[]): void {
    this.#hidden = new Set([...this.#hidden].filter((id) => !ids.includes(id)));
  }

  /** For good. Those that were restored stay. */
  finish(ids: Iterable<JobId> = this.#hidden): void {
    const due = [...ids].filter((id) => this.#hidden.has(id));
    // They stay hidden: until the records are gone they would be seen once more.
    if (due.length > 0) this.#dismiss(due);
  }
}
