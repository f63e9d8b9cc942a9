/** A new job for an image of a page: its record, and what its address carries. */
import { readDataUrl } from '../core/bytes/data-url.ts';
import { CompressionError } from '../core/errors.ts';
import { isKeepable, kept } from '../core/model/kept-origin.ts';
import { siteName } from '../core/model/host.ts';
import { newJobId, vaultId, type Delivery, type JobId, type Origin } from '../core/model/job.ts';
import { moved, type JobIn } from '../core/model/job-transitions.ts';
import type { Recipe } from '../core/model/recipe.ts';
import type { Vault } from '../storage/vault/vault.ts';
import type { HostQuestions } from './host-questions.ts';
import type { JobController } from './job-controller.ts';

export type PageOrigin = Origin & { kind: 'page' };

export interface BeginOptions {
  readonly controller: Pick<JobController, 'enqueue'>;
  readonly vault: Pick<Vault, 'put' | 'read' | 'purge'>;
  /** Resolves once the session is open: before it nothing may be held. */
  readonly ready: Promise<unknown>;
  readonly nameFor: (origin: PageOrigin) => string;
  readonly questions: Pick<HostQuestions, 'answered'>;
  /** Begins to read what has an address. */
  readonly readAhead: (id: JobId, origin: PageOrigin) => void;
}

export interface JobChoices {
  /** Where it is noted already, see `PageJobsOptions.note`. */
  readonly id?: JobId;
  readonly delivery?: Delivery;
  /** The recipe is for this image alone. */
  readonly ownRecipe?: boolean;
  /** Its Source is this job's, where that is still held. */
  readonly sourceOf?: JobId;
  /** Why there is no address. */
  readonly problem?: CompressionError | null;
  /** The answer to a question asked within the click; null where none was needed. */
  readonly allowed?: Promise<boolean> | null;
}

/** @throws CompressionError `list-full`; whatever else is wrong is the job's */
export type BeginJob = (origin: PageOrigin, recipe: Recipe, choices?: JobChoices) => Promise<JobId>;

export function createBeginJob({ controller, vault, ready, nameFor, questions, readAhead }: BeginOptions): BeginJob {
  /** @throws CompressionError why there can be no work */
  async function prepare(id: JobId, { url }: PageOrigin, { problem, allowed, sourceOf }: JobChoices): Promise<void> {
    if (problem) throw problem;
    if (!isKeepable(url)) throw new CompressionError('address-too-long', { characters: url.length });
    if (allowed) {
      const host = siteName(url);
      await questions.answered(host, await allowed);
      if (!(await allowed)) throw new CompressionError('permission-refused', { host });
    }
    const taken = sourceOf && (await vault.read(vaultId(sourceOf, 'source')).catch(() => null));
    if (taken) return void (await hold(id, taken));
    if (!url.startsWith('data:')) return;
    // Of one that came before, the record has the beginning alone.
    if (sourceOf) throw new CompressionError('source-gone');
    await hold(id, readDataUrl(url));
  }

  async function hold(id: JobId, bytes: Uint8Array): Promise<void> {
    await vault.put({ id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'working' }, bytes);
  }

  return async (origin, recipe, choices = {}) => {
    await ready;
    const job: JobIn<'queued'> = {
      id: choices.id ?? newJobId(),
      createdAt: Date.now(),
      recipe,
      delivery: choices.delivery ?? 'download',
      name: nameFor(origin),
      attempt: 1,
      lost: 0,
      state: 'queued',
      source: null,
      ...(choices.ownRecipe && { ownRecipe: true }),
      // The bytes of a data: URL go into the vault.
      origin: kept(origin),
    };
    try {
      await prepare(job.id, origin, choices);
    } catch (thrown) {
      await controller.enqueue(moved(job, 'failed', { error: CompressionError.from(thrown).toRecord(), source: null }));
      return job.id;
    }
    // What is held already is not read again; many at once wait for their turn.
    if (choices.sourceOf === undefined && job.delivery === 'download') readAhead(job.id, origin);
    try {
      await controller.enqueue(job);
      return job.id;
    } catch (thrown) {
      // Bytes without a job would be nobody's.
      await vault.purge({ jobId: job.id }, 'failed');
      throw thrown;
    }
  };
}
