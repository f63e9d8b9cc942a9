/** What a person asks for in a row or its menu, carried out. */
import type { Recipe } from '../../lib/core/model/recipe.ts';
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
}

export interface Commands {
  act(action: JobAction, row: Row): void;
  choose(action: MenuAction, job: Job): void;
  retry(id: JobId, recipe?: Recipe): void;
  save(job: Finished): void;
  /** What is asked of several rows at once. */
  actOnAll(action: SelectedAction, ids: readonly JobId[]): void;
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
}: CommandOptions): Commands {
  const retry = (id: JobId, recipe?: Recipe): void => void actions.retry(id, recipe).catch(fail);
  const save = (job: Finished): void => actions.save(job, template());

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
        return savable.length === 1 ? savable.forEach(save) : actions.saveAll(savable, template());
      case 'zip':
        return void actions.saveArchive(savable, template()).catch(fail);
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
    save,
  };
}
