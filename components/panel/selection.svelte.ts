/** Which rows are selected: one by a click, more with Ctrl, a stretch with Shift. What leaves the list is not selected any more. */
/* eslint-disable svelte/prefer-svelte-reactivity -- no set here is changed, it is replaced */
import type { JobId } from '../../lib/core/model/job.ts';

/** What can be asked for of all that is selected. */
export type SelectedAction = 'save' | 'zip' | 'compress' | 'remove';

interface Listed {
  readonly id: JobId;
}

export class Selection {
  #chosen = $state.raw<ReadonlySet<JobId>>(new Set());
  /** Where a stretch begins. */
  #anchor: JobId | null = null;
  readonly #rows: () => readonly Listed[];
  readonly #ids = $derived.by(() => this.#rows().flatMap(({ id }) => (this.#chosen.has(id) ? [id] : [])));
  readonly #set = $derived(new Set(this.#ids));

  /** @param rows all there are, in the order in which they are shown */
  constructor(rows: () => readonly Listed[]) {
    this.#rows = rows;
  }

  /** In the order of the list. */
  get ids(): readonly JobId[] {
    return this.#ids;
  }
  get set(): ReadonlySet<JobId> {
    return this.#set;
  }

  only(id: JobId): void {
    this.#anchor = id;
    this.#chosen = new Set([id]);
  }

  toggle(id: JobId): void {
    this.#anchor = id;
    this.#chosen = this.#set.has(id) ? new Set(this.#ids.filter((each) => each !== id)) : new Set([...this.#ids, id]);
  }

  /** From the last row that was chosen by itself to this one. @param from where to begin when none was */
  through(id: JobId, from: JobId = id): void {
    const rows = this.#rows();
    const placeOf = (of: JobId | null): number => rows.findIndex((row) => row.id === of);
    if (placeOf(this.#anchor) < 0) this.#anchor = from;
    const [start = 0, end = 0] = [placeOf(this.#anchor), placeOf(id)].sort((a, b) => a - b);
    this.#chosen = new Set(rows.slice(Math.max(0, start), end + 1).map((row) => row.id));
  }

  all(): void {
    this.#chosen = new Set(this.#rows().map(({ id }) => id));
  }

  clear(): void {
    this.#anchor = null;
    this.#chosen = new Set();
  }
}
