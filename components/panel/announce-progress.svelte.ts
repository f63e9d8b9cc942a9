import { numberFormat } from '../../lib/core/texts/number-format.ts';
import type { ViewTexts } from '../view-texts.ts';
import type { PanelJobs } from './panel-jobs.svelte.ts';

/**
 * How far the work is, for who does not see the list: in the tab's title, and at its end in a sentence for screen readers;
 * three hundred single ones would be noise. Call it where effects may be made.
 */
export function announceProgress(
  jobs: Pick<PanelJobs, 'running' | 'sum' | 'failed' | 'progress'>,
  { t, texts }: ViewTexts,
): { readonly announcement: string } {
  const number = numberFormat(t('language_tag'));
  let announcement = $state('');
  let wasBusy = false;
  $effect(() => {
    const name = t('extension_name');
    const { progress } = jobs;
    const title = progress
      ? t('panel.working_title', [number.format(progress.done), number.format(progress.total), name])
      : name;
    // Each setting is told to the browser's process.
    if (document.title !== title) document.title = title;
  });
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
