/** Which image is compared, and how its neighbours are come to. */
import { untrack } from 'svelte';
import type { Job, JobId } from '../../lib/core/model/job.ts';
import { isIn } from '../../lib/core/model/job-transitions.ts';
import type { PanelJobs } from './panel-jobs.svelte.ts';

export class Compared {
  #id = $state<JobId | null>(null);
  /** One that has no result yet. */
  #awaited = $state.raw<{ readonly id: JobId; readonly past: number } | null>(null);
  #stepped = $state<1 | -1 | null>(null);
  readonly #jobs: Pick<PanelJobs, 'rows' | 'job'>;
  readonly #comparable = $derived.by(() =>
    this.#jobs.rows.flatMap((row) =>
      row.kind === 'job' && (row.job.state === 'ready' || row.job.state === 'unsaved') ? [row.job] : [],
    ),
  );

  /** Call it where effects may be made. */
  constructor(jobs: Pick<PanelJobs, 'rows' | 'job'>) {
    this.#jobs = jobs;
    $effect(() => {
      const job = this.#awaited && jobs.job(this.#awaited.id);
      if (!job || job.attempt <= (this.#awaited?.past ?? 0) || !isIn(job, 'ready', 'unsaved', 'failed', 'cancelled'))
        return;
      untrack(() => {
        this.#awaited = null;
        if (isIn(job, 'ready', 'unsaved')) this.open(job.id);
      });
    });
  }

  get id(): JobId | null {
    return this.#id;
  }
  get job(): Job | undefined {
    return this.#id ? this.#jobs.job(this.#id) : undefined;
  }
  /** Its place among all that can be compared; null when it is not one of them any more. */
  get place(): { readonly at: number; readonly count: number } | null {
    const at = this.#comparable.findIndex(({ id }) => id === this.#id);
    return at < 0 ? null : { at, count: this.#comparable.length };
  }
  /** How the comparison was come to from its neighbour's. */
  get stepped(): 1 | -1 | null {
    return this.#stepped;
  }

  open(id: JobId): void {
    this.#stepped = null;
    this.#id = id;
  }

  /** As soon as it has a result; of one that gets none, its row says why. @param past the run whose result is another one */
  openOnceReady(id: JobId, past = 0): void {
    this.#awaited = { id, past };
  }

  step(by: 1 | -1): void {
    this.#stepped = by;
    const at = this.place?.at ?? -1;
    this.#id = this.#comparable[at + by]?.id ?? this.#id;
  }

  /** Gives what was compared. */
  close(): JobId | null {
    const id = this.#id;
    this.#id = null;
    return id;
  }
}
