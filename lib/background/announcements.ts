/** Telling a person how a job goes: the badge counts, and the page that the image is on shows a toast. */
import type { ErrorRecord } from '../core/errors.ts';
import { permissionUrl, RUNNING, type Job } from '../core/model/job.ts';
import type { JobStore } from '../storage/job-store.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { ToastAction, ToastData } from '../core/protocol/toast.ts';
import type { Texts, Translate } from '../core/texts/texts.ts';
import type { Badge } from './badge.ts';

export interface AnnouncerOptions {
  readonly store: JobStore;
  readonly badge: Badge;
  readonly texts: Texts;
  readonly translate: Translate;
  /** False where no script may run. */
  readonly showToast: (tabId: number, toast: ToastData) => Promise<boolean>;
}

export interface Announcer {
  /** Call it after each change of a job. */
  changed(job: Job): Promise<void>;
  /** Something went wrong before there was a job. @param retry what a button that allows the error's host sends */
  failedWithoutJob(tabId: number, error: ErrorRecord, retry?: unknown): Promise<void>;
}

export function createAnnouncer({ store, badge, texts, translate, showToast }: AnnouncerOptions): Announcer {
  let counting: Promise<void> | null = null;
  /** Once for all that change together: to count anew for each job of a batch takes as long as their number squared. */
  function count(): Promise<void> {
    counting ??= Promise.resolve().then(async () => {
      counting = null;
      await badge.count((await store.all()).filter(({ state }) => RUNNING.has(state)).length);
    });
    return counting;
  }

  async function changed(job: Job): Promise<void> {
    await count();
    // Jobs whose results wait in a list are seen there.
    if (job.origin.kind !== 'page' || job.delivery === 'hold') return;
    const toast = toastFor(job);
    if (!toast) return;
    if ((await showToast(job.origin.tabId, toast)) || toast.tone === 'busy') return;
    await badge.say([toast.title, toast.detail].filter(Boolean).join('\n'), toast.tone === 'error' ? 'error' : 'done');
  }

  function toastFor(job: Job): ToastData | null {
    switch (job.state) {
      case 'queued':
        return {
          id: job.id,
          tone: 'busy',
          title: job.name,
          detail: sentences(goal(job), took(job)),
          action: cancelAction(job),
        };
      case 'compressing': {
        // Before it is lost. The tone of a toast that is there stays, and so does its place.
        const losses = job.source?.losses ?? [];
        return losses.length === 0
          ? null
          : {
              id: job.id,
              tone: 'busy',
              title: job.name,
              detail: sentences(goal(job), took(job), ...losses.map(texts.aheadText)),
              action: cancelAction(job),
            };
      }
      case 'saved':
        return {
          id: job.id,
          tone: 'done',
          title: job.fileName,
          detail: sentences(texts.receiptFigures(job.receipt), took(job), texts.notesLine(job.receipt.notes)),
          ...(job.downloadId !== null && {
            action: { label: translate('toast.show'), message: messageData('showSaved', { id: job.id }) },
            otherAction: { label: translate('toast.undo'), message: messageData('undoSaved', { id: job.id }) },
          }),
        };
      case 'unsaved':
        return {
          id: job.id,
          tone: 'error',
          title: job.fileName,
          detail: texts.errorText(job.error),
          action: { label: translate('toast.save_again'), message: messageData('saveJob', { id: job.id }) },
        };
      case 'cancelled':
        return { id: job.id, tone: 'cancelled', title: job.name, detail: translate('error.cancelled') };
      case 'failed':
        return { id: job.id, tone: 'error', title: job.name, detail: texts.errorText(job.error), ...allowActions(job) };
      default:
        return null;
    }
  }

  /** The host, and, once it was refused, all of them at once: who is asked often may want no more questions. */
  function allowActions(job: Job & { state: 'failed' }): Pick<ToastData, 'action' | 'otherAction'> {
    const { code, parameters } = job.error;
    const host = parameters['host'];
    if (
      (code !== 'needs-permission' && code !== 'permission-refused') ||
      host === undefined ||
      job.origin.kind !== 'page'
    )
      return job.pixels ? { action: shownAction(job) } : {};
    const { id, origin } = job;
    return {
      action: {
        label: translate('toast.allow', [String(host)]),
        message: messageData('allowAndRetry', { id, url: permissionUrl(origin) }),
      },
      ...(code === 'needs-permission' && job.pixels && { otherAction: shownAction(job) }),
      ...(code === 'permission-refused' && {
        otherAction: { label: translate('toast.allow_all'), message: messageData('allowAllAndRetry', { id }) },
      }),
    };
  }

  /** What the page shows can be had without anybody's leave. */
  function shownAction({ id }: Job): ToastAction {
    return { label: translate('toast.as_shown'), message: messageData('saveAsShown', { id }) };
  }

  function cancelAction({ id }: Job): ToastAction {
    return { label: translate('toast.cancel'), message: messageData('cancelJob', { id }) };
  }

  /** What is being done, and what it is to become, where that is known. */
  function goal({ recipe }: Job): string {
    return recipe.format === 'same' || recipe.format === 'auto'
      ? translate('toast.working')
      : translate('toast.working_to', [texts.formatLabel(recipe.format)]);
  }

  function took(job: Job): string {
    return job.origin.kind === 'page' && job.origin.chosenAs ? translate(`toast.took_${job.origin.chosenAs}`) : '';
  }

  function sentences(...parts: readonly string[]): string {
    return parts.filter(Boolean).join(translate('sentence_separator'));
  }

  return {
    changed,
    async failedWithoutJob(tabId, error, retry) {
      const sentence = texts.errorText(error);
      const host = error.parameters['host'];
      const toast: ToastData = {
        id: crypto.randomUUID(),
        tone: 'error',
        title: translate('extension_name'),
        detail: sentence,
        ...(retry !== undefined && { action: { label: translate('toast.allow', [String(host)]), message: retry } }),
      };
      if (!(await showToast(tabId, toast))) await badge.say(sentence, 'error');
    },
  };
}
