/** What a person does to many images at once, and may take back for a while. */
import { numberFormat } from '../../lib/core/texts/number-format.ts';
import type { Recipe } from '../../lib/core/model/recipe.ts';
import type { JobId } from '../../lib/core/model/job.ts';
import type { ViewTexts } from '../view-texts.ts';
import type { Notices } from './notices.svelte.ts';
import { UNDO_LASTS, type Removals } from './removals.svelte.ts';

export interface TakeBacksOptions {
  readonly notices: Notices;
  readonly removals: Removals;
  readonly viewTexts: ViewTexts;
  readonly recipe: () => Recipe;
  readonly setRecipe: (recipe: Recipe) => void;
}

export interface TakeBacks {
  /** Out of the list at once, and for good when nobody has wanted them back. */
  remove(ids: readonly JobId[]): void;
  useForAll(recipe: Recipe): void;
}

export function createTakeBacks({ notices, removals, viewTexts, recipe, setRecipe }: TakeBacksOptions): TakeBacks {
  const { t } = viewTexts;
  const number = numberFormat(t('language_tag'));
  return {
    remove(ids) {
      if (ids.length === 0) return;
      removals.hide(ids);
      notices.say(t('panel.removed', [number.format(ids.length)], ids.length), 'info', {
        actions: [{ label: t('panel.undo'), icon: 'undo', run: () => removals.restore(ids) }],
        lasts: UNDO_LASTS,
        onclosed: () => removals.finish(ids),
      });
    },
    useForAll(changed) {
      const former = recipe();
      setRecipe(changed);
      notices.say(t('panel.used_for_all'), 'success', {
        actions: [{ label: t('panel.undo'), icon: 'undo', run: () => setRecipe(former) }],
        lasts: UNDO_LASTS,
      });
    },
  };
}
