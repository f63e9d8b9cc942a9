import type { ViewTexts } from '../view-texts.ts';
import type { PanelJobs } from './panel-jobs.svelte.ts';

/** A sentence for screen readers when all is done: three hundred single ones would be noise. Call it where effects may be made. */
export function endOfWork(
  jobs: Pick<PanelJobs, 'running' | 'sum' | 'failed'>,
  { t, texts }: ViewTexts,
): { readonly announcement: string } {
  const number = new Intl.NumberFormat(t('language_tag'));
  let announcement = $state('');
  let wasBusy = false;
  $effect(() => {
    const busy = jobs.running.length > 0;
    if (wasBusy && !busy && jobs.sum) {
      const failed = jobs.failed.length;
      announcement = [
        texts.totalLine(jobs.sum.count, jobs.sum.before, jobs.sum.after),
        failed > 0 ? t('panel.ended_failed', [number.format(failed)], failed) : '',
      ]
        .filter(Boolean)
        .join(t('sentence_separator'));
    }
    wasBusy = busy;
  });
  return {
    get announcement() {
      return announcement;
    },
  };
}
