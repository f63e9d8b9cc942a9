/** Telling a person how a job goes: the badge counts, and the page that the image is on shows a toast. */
import type { ErrorRecord } from '../core/errors.ts';
import { OUTPUT_FORMATS } from '../core/image/inspection.ts';
import { expectedTime } from '../core/model/expected-time.ts';
import { permissionUrl, RUNNING, type Job, type JobId } from '../core/model/job.ts';
import type { JobIn } from '../core/model/job-transitions.ts';
import type { Step } from '../core/pipeline/steps.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { ToastAction, ToastData, ToastProgress } from '../core/protocol/toast.ts';
import type { Texts } from '../core/texts/texts.ts';
import type { Translate } from '../core/texts/translate.ts';
import type { JobStore } from '../storage/job-store.ts';
import type { Badge } from './badge.ts';
import type { ToastFallback } from './toast-fallback.ts';
import { createTurns } from './turns.ts';

export interface AnnouncerOptions {
  readonly store: Pick<JobStore, 'all'>;
  readonly badge: Pick<Badge, 'count'>;
  readonly texts: Texts;
  readonly translate: Translate;
  /** False where no script may run. */
  readonly showToast: (tabId: number, toast: ToastData) => Promise<boolean>;
  /** Of a toast that is there. */
  readonly updateToast: (tabId: number, toast: ToastData) => Promise<void>;
  /** Where none can be shown. */
  readonly toastFallback: ToastFallback;
}

export interface Announcer {
  /** Call it after each change of a job. */
  changed(job: Job): Promise<void>;
  /** The work on a job has come to this step. */
  stepped(job: JobIn<'compressing'>, step: Step): Promise<void>;
  /** Something went wrong before there was a job. @param retry what a button that allows the error's host sends */
  failedWithoutJob(tabId: number, error: ErrorRecord, retry?: unknown): Promise<void>;
}

type Reach = NonNullable<ToastProgress['reach']>;

/** Of an image that is on its way. */
const ACQUIRING: Reach = { to: 0.08, milliseconds: 800 };
/** Where no image like it was timed on this machine yet, the steps alone move the bar: ever slower, and never to its end. */
const STEP_REACH: Readonly<Record<Step, Reach>> = {
  decode: { to: 0.2, milliseconds: 800 },
  resize: { to: 0.3, milliseconds: 800 },
  encode: { to: 0.85, milliseconds: 15_000 },
  finish: { to: 0.97, milliseconds: 300 },
};
/** ms that others in a tab wait for one: a page that was left may never answer. */
const LONGEST_TURN = 5000;
/** An estimate never says that it is done. */
const MOST = 0.95;

export function createAnnouncer({
  store,
  badge,
  texts,
  translate,
  showToast,
  updateToast,
  toastFallback,
}: AnnouncerOptions): Announcer {
  /** What is still to be said in a tab's page: one after the other, so that what is said last is what stays. */
  const inTurn = createTurns<number>(LONGEST_TURN);

  /** What was said of a running job last: a step that is over before the page can show it is not shown. */
  const latest = new Map<JobId, object>();
  function isLatest(job: Job): () => boolean {
    const mine = {};
    if (RUNNING.has(job.state)) latest.set(job.id, mine);
    else latest.delete(job.id);
    return () => latest.get(job.id) === mine;
  }

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
    const counted = count();
    // Jobs whose results wait in a list are seen there.
    if (job.origin.kind === 'page' && job.delivery !== 'hold') {
      const { tabId } = job.origin;
      isLatest(job);
      await inTurn(tabId, () => announce(job, tabId));
    }
    await counted;
  }

  async function announce(job: Job, tabId: number): Promise<void> {
    // At once, although the page is reading: from then on it can tell when the extension ends.
    if (job.state === 'queued') await toastFallback.forget(tabId);
    if (job.state === 'compressing') return change(tabId, await workToast(job, null));
    const toast = toastFor(job);
    if (!toast) return;
    if ((await showToast(tabId, toast)) || toast.tone === 'busy') return;
    await toastFallback.say(tabId, [toast.title, toast.detail].filter(Boolean).join('\n'), toast.tone);
  }

  /** Not waited for: a page that was left never answers it, and one that is there hears what is said to it in order. */
  function change(tabId: number, toast: ToastData): void {
    void updateToast(tabId, toast).catch(() => undefined);
  }

  /** @param step null for what has just begun */
  async function workToast(job: JobIn<'compressing'>, step: Step | null): Promise<ToastData> {
    const expected = expectedTime(job, await store.all());
    const estimate = step === null && expected !== null ? { to: MOST, milliseconds: Math.round(expected) } : null;
    const reach = estimate ?? (expected === null || step === 'finish' ? STEP_REACH[step ?? 'decode'] : null);
    // Before it is lost.
    const losses = (job.source.losses ?? []).map(texts.aheadText);
    return busyToast(job, losses, { step: translate(`toast.step_${step ?? 'decode'}`), ...(reach && { reach }) });
  }

  function busyToast(job: Job, losses: readonly string[], progress: ToastProgress): ToastData {
    return {
      id: job.id,
      tone: 'busy',
      title: job.name,
      detail: sentences(goal(job), took(job), ...losses),
      actions: [cancelAction(job)],
      progress,
    };
  }

  function toastFor(job: Job): ToastData | null {
    switch (job.state) {
      case 'queued':
        return busyToast(job, [], { step: translate('toast.step_acquire'), reach: ACQUIRING });
      case 'saved':
        return {
          id: job.id,
          tone: 'done',
          title: job.fileName,
          detail: sentences(texts.receiptFigures(job.receipt), took(job), texts.notesLine(job.receipt.notes)),
          ...(job.downloadId !== null && {
            actions: [
              { label: translate('toast.show'), message: messageData('showSaved', { id: job.id }) },
              { label: translate('toast.compare'), message: messageData('compareSaved', { id: job.id }) },
              { label: translate('toast.undo'), message: messageData('undoSaved', { id: job.id }) },
            ],
            choices: {
              label: translate('toast.also_as'),
              actions: OUTPUT_FORMATS.filter((format) => format !== job.receipt.output.format).map((format) => ({
                label: texts.formatLabel(format),
                message: messageData('saveAs', { id: job.id, format }),
              })),
            },
          }),
        };
      case 'unsaved':
        return {
          id: job.id,
          tone: 'error',
          title: job.fileName,
          detail: texts.errorText(job.error),
          actions: [{ label: translate('toast.save_again'), message: messageData('saveJob', { id: job.id }) }],
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
  function allowActions(job: Job & { state: 'failed' }): Pick<ToastData, 'actions'> {
    const { code, parameters } = job.error;
    const host = parameters['host'];
    const shown = job.pixels ? [shownAction(job)] : [];
    if (
      (code !== 'needs-permission' && code !== 'permission-refused') ||
      host === undefined ||
      job.origin.kind !== 'page'
    )
      return { actions: shown };
    const { id, origin } = job;
    return {
      actions: [
        {
          label: translate('toast.allow', [String(host)]),
          message: messageData('allowAndRetry', { id, url: permissionUrl(origin) }),
        },
        ...(code === 'needs-permission'
          ? shown
          : [{ label: translate('toast.allow_all'), message: messageData('allowAllAndRetry', { id }) }]),
      ],
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
    async stepped(job, step) {
      if (job.origin.kind !== 'page' || job.delivery === 'hold') return;
      const { tabId } = job.origin;
      const isWanted = isLatest(job);
      await inTurn(tabId, async () => {
        if (isWanted()) change(tabId, await workToast(job, step));
      });
    },
    async failedWithoutJob(tabId, error, retry) {
      const sentence = texts.errorText(error);
      const host = error.parameters['host'];
      const toast: ToastData = {
        id: crypto.randomUUID(),
        tone: 'error',
        title: translate('extension_name'),
        detail: sentence,
        ...(retry !== undefined && { actions: [{ label: translate('toast.allow', [String(host)]), message: retry }] }),
      };
      if (!(await showToast(tabId, toast))) await toastFallback.say(tabId, `${toast.title}\n${sentence}`, 'error');
    },
  };
}
