/** What a person asks for in a row or its menu, carried out. */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import { withoutFraming } from '../../lib/core/model/framing.ts';
import { sameRecipe } from '../../lib/core/model/same-recipe.ts';
import type { Job, JobId } from '../../lib/core/model/job.ts';
import { isIn } from '../../lib/core/model/job-transitions.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import type { JobAction, MenuAction } from '../job-row.ts';
import type { PanelActions } from './panel-actions.ts';
import type { PanelJobs, Row } from './panel-jobs.svelte.ts';
import type { SelectedAction } from './selection.svelte.ts';

export interface CommandOptions {
  readonly actions: PanelActions;
  readonly jobs: Pick<PanelJobs, 'rows' | 'savable'>;
  /** As it is for all now. */
  readonly recipe: () => Recipe;
  /** The pattern of names as it now is. */
  readonly template: () => string;
  readonly compare: (id: JobId) => void;
  /** Shows the settings of one image. */
  readonly editRecipe: (job: Job) => void;
  readonly copied: () => void;
  readonly fail: (thrown: unknown) => void;
  /** Takes rows out of the list; a person may have them back for a while. */
  readonly remove: (ids: readonly JobId[]) => void;
  /** Some of what is to be taken out is not what the settings say: a person chooses. @param count how many */
  readonly askOfStale: (count: number, answers: StaleAnswers) => void;
}

export interface StaleAnswers {
  compressAgain(): void;
  takeAsTheyAre(): void;
}

export interface Commands {
  act(action: JobAction, row: Row): void;
  choose(action: MenuAction, job: Job): void;
  retry(id: JobId, recipe?: Recipe): void;
  /** By settings that are for it alone, unless they are those for all. Resolves to whether it is begun; why not is said. */
  retryAlone(id: JobId, recipe: Recipe): Promise<boolean>;
  save(job: Finished): void;
  saveAll(jobs: readonly Finished[]): void;
  saveArchive(jobs: readonly Finished[]): void;
  /** Once more, by the settings for all. */
  follow(jobs: readonly Finished[]): void;
  /** What is asked of several rows at once. */
  actOnAll(action: SelectedAction, ids: readonly JobId[]): void;
}

/** Made by other settings than those that are now for all, and not by some of their own. */
export function staleOf(finished: readonly Finished[], recipe: Recipe): readonly Finished[] {
  return finished.filter((job) => !job.ownRecipe && !sameRecipe(withoutFraming(job.recipe), recipe));
}

type CopyAction = Extract<MenuAction, `copy-${string}`>;
const SNIPPETS = { 'copy-data-uri': 'data-uri', 'copy-markdown': 'markdown', 'copy-html': 'html' } as const;

export function createCommands({
  actions,
  jobs,
  recipe,
  template,
  compare,
  editRecipe,
  copied,
  fail,
  remove,
  askOfStale,
}: CommandOptions): Commands {
  const retry = (id: JobId, recipe?: Recipe): void => void actions.retry(id, recipe).catch(fail);
  const save = (job: Finished): void => actions.save(job, template());
  const follow = (finished: readonly Finished[]): void => finished.forEach(({ id }) => retry(id, recipe()));

  /** Many are never taken out as a mixture that nobody has asked for. */
  function takeOut(finished: readonly Finished[], take: () => void): void {
    const stale = staleOf(finished, recipe());
    if (stale.length === 0) return take();
    askOfStale(stale.length, { compressAgain: () => follow(stale), takeAsTheyAre: take });
  }
  const saveAll = (finished: readonly Finished[]): void =>
    takeOut(finished, () => actions.saveAll(finished, template()));
  const saveArchive = (finished: readonly Finished[]): void =>
    takeOut(finished, () => void actions.saveArchive(finished, template()).catch(fail));

  async function copy(action: CopyAction, job: Finished): Promise<void> {
    try {
      if (action === 'copy-png') await actions.copyPicture(job);
      else await actions.copySnippet(job, SNIPPETS[action]);
      copied();
    } catch (thrown) {
      fail(thrown);
    }
  }

  function choose(action: MenuAction, job: Job): void {
    const finished = 'receipt' in job ? job : null;
    switch (action) {
      case 'save':
        return finished ? save(finished) : undefined;
      case 'retry':
        return retry(job.id);
      case 'allow':
        return void actions.allow(job).catch(fail);
      case 'cancel':
        return actions.cancel(job.id);
      case 'dismiss':
        return remove([job.id]);
      case 'recipe':
        return editRecipe(job);
      case 'compare':
        return compare(job.id);
      case 'use-in-page':
        if (finished) void actions.useInPage?.(finished).catch(fail);
        return;
      case 'copy-png':
      case 'copy-data-uri':
      case 'copy-markdown':
      case 'copy-html':
        if (finished) void copy(action, finished);
        return;
      // The list shows them itself.
      case 'details':
      case 'rename':
        return;
    }
  }

  function actOnAll(action: SelectedAction, ids: readonly JobId[]): void {
    const asked = new Set(ids);
    const savable = jobs.savable.filter(({ id }) => asked.has(id));
    const rows = jobs.rows.filter(({ id }) => asked.has(id));
    switch (action) {
      case 'save':
        return savable.length === 1 ? savable.forEach(save) : saveAll(savable);
      case 'zip':
        return saveArchive(savable);
      case 'compress':
        return rows.forEach((row) => {
          if (row.kind === 'job' && isIn(row.job, 'ready', 'unsaved', 'failed', 'cancelled')) retry(row.id, recipe());
        });
      case 'remove': {
        // As with one alone: what is being worked on is cancelled, and stays to be seen.
        const atWork = rows.filter(
          (row) => row.kind === 'pending' || isIn(row.job, 'queued', 'acquiring', 'compressing'),
        );
        for (const { id } of atWork) actions.cancel(id);
        return remove(rows.filter((row) => !atWork.includes(row)).map(({ id }) => id));
      }
    }
  }

  return {
    actOnAll,
    act(action, row) {
      if (row.kind === 'pending') actions.cancel(row.id);
      else choose(action, row.job);
    },
    choose,
    retry,
    async retryAlone(id, chosen) {
      try {
        return await actions.retry(id, chosen, !sameRecipe(withoutFraming(chosen), recipe()));
      } catch (thrown) {
        fail(thrown);
        return false;
      }
    },
    save,
    saveAll,
    saveArchive,
    follow,
  };
}
