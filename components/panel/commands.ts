/** What a person asks for in a row or its menu, carried out. */
import type { Recipe } from '../../lib/core/model/recipe.ts';
import type { Job, JobId } from '../../lib/core/model/job.ts';
import type { Finished } from '../../lib/core/naming/result-names.ts';
import type { JobAction, MenuAction } from '../job-row.ts';
import type { PanelActions } from './panel-actions.ts';
import type { Row } from './panel-jobs.svelte.ts';

export interface CommandOptions {
  readonly actions: PanelActions;
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
}

type CopyAction = Extract<MenuAction, `copy-${string}`>;
const SNIPPETS = { 'copy-data-uri': 'data-uri', 'copy-markdown': 'markdown', 'copy-html': 'html' } as const;

export function createCommands({
  actions,
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
      case 'copy-png':
      case 'copy-data-uri':
      case 'copy-markdown':
      case 'copy-html':
        if (finished) void copy(action, finished);
        return;
      // The list shows them itself.
      case 'details':
        return;
    }
  }

  return {
    act(action, row) {
      if (row.kind === 'pending') actions.cancel(row.id);
      else choose(action, row.job);
    },
    choose,
    retry,
    save,
  };
}
