/** An image that came with the question how large its file may be: it is compressed to the answer, then compared. */
import { untrack } from 'svelte';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { RUNNING, type Job, type JobId } from '../../lib/core/model/job.ts';
import type { PanelJobs } from './panel-jobs.svelte.ts';

export interface FittingOptions {
  readonly jobs: Pick<PanelJobs, 'job'>;
  /** By a recipe of its own. */
  readonly retry: (id: JobId, recipe: Recipe) => void;
  /** Once it has its result. @param past the run whose result it is not; 0 for none */
  readonly compare: (id: JobId, past: number) => void;
}

export class Fitting {
  #id = $state<JobId | null>(null);
  /** The answer, in bytes. */
  #bytes = $state<number | null>(null);
  readonly #options: FittingOptions;

  /** Call it where effects may be made. */
  constructor(options: FittingOptions) {
    this.#options = options;
    $effect(() => {
      const [bytes, job] = [this.#bytes, this.#id ? options.jobs.job(this.#id) : undefined];
      // What it was begun with is let come to its end: only then another recipe is taken.
      if (bytes !== null && job && !RUNNING.has(job.state)) untrack(() => this.#finish(job, bytes));
    });
  }

  /** The image that the question is still open for. */
  get asks(): Job | undefined {
    return this.#id && this.#bytes === null ? this.#options.jobs.job(this.#id) : undefined;
  }

  ask(id: JobId): void {
    [this.#id, this.#bytes] = [id, null];
  }

  answer(bytes: number): void {
    this.#bytes = bytes;
  }

  /** It stays in the list, as it was begun; once it is answered, nothing is left. */
  leave(): void {
    // A dialog tells that it closes after it was answered, too, while the image may still be at work.
    if (this.#bytes === null) this.#id = null;
  }

  #finish(job: Job, bytes: number): void {
    this.#id = null;
    const { aim } = job.recipe;
    const isOther = aim.kind !== 'size' || aim.bytes !== bytes;
    if (isOther) this.#options.retry(job.id, { ...job.recipe, aim: { kind: 'size', bytes } });
    this.#options.compare(job.id, isOther ? job.attempt : 0);
  }
}
