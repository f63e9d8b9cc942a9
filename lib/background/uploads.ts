/**
 * A file that a person has chosen in a page's upload field, compressed in its place: its bytes come from the page, become a
 * job, and the result goes back into the field. What is under way is in the job's record, so it outlives the background.
 */
import { CompressionError } from '../core/errors.ts';
import { mediaTypeOf } from '../core/image/format-facts.ts';
import { checkFileSize } from '../core/image/limits.ts';
import { newJobId, vaultId, type Job, type JobId, type UploadTarget } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import { LEAST_SIZE } from '../core/model/aim.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { ToastAction, ToastData } from '../core/protocol/toast.ts';
import type { ChosenFile, Replaced } from '../core/protocol/upload-field.ts';
import type { Texts } from '../core/texts/texts.ts';
import type { Translate } from '../core/texts/translate.ts';
import { askInToolbar } from '../platform/host-permission.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { documentIn } from './inject.ts';
import type { JobController } from './job-controller.ts';
import type { OneDocument } from './show-toast.ts';
import {
  bytesOfFile,
  chosenFiles,
  frameForFile,
  heldFiles,
  insertFile,
  keepFile,
  replaceFile,
  undoReplaced,
  type UploadFrame,
} from './upload-page.ts';

export interface UploadsOptions {
  readonly controller: JobController;
  readonly find: (id: JobId) => Promise<Job | undefined>;
  readonly vault: Pick<Vault, 'put' | 'read'>;
  readonly ready: Promise<unknown>;
  readonly texts: Texts;
  readonly translate: Translate;
  readonly showToast: (tabId: number, toast: ToastData, only?: OneDocument) => Promise<unknown>;
  /** Whether the site is one whose uploads are made smaller by themselves. */
  readonly isWatched: (url: string) => Promise<boolean>;
  /** As the settings say for a click in a page. */
  readonly recipe: () => Promise<Recipe>;
}

export interface Uploads {
  /**
   * The chosen files of the field that was clicked, else of all fields in the frame.
   *
   * @param site the frame's address, where its uploads can be made smaller from now on @throws CompressionError
   */
  compressChosen(target: UploadFrame, site?: string): Promise<void>;
  /** What a frame of a site on the list keeps back. False when nothing could be begun: it is then let go of. */
  compressHeld(target: UploadFrame): Promise<boolean>;
  /** Call it after each change of a job. */
  changed(job: Job): Promise<void>;
  undo(target: Pick<UploadTarget, 'tabId' | 'frameId' | 'reference'>): Promise<void>;
  /** A held result goes into the tab's upload field. @throws CompressionError `no-upload-field`, `page-not-open`, `item-gone` */
  useInPage(id: JobId, tabId: number): Promise<void>;
}

export function createUploads({
  controller,
  find,
  vault,
  ready,
  texts,
  translate,
  showToast,
  isWatched,
  recipe,
}: UploadsOptions): Uploads {
  async function begin(target: UploadFrame, file: ChosenFile, site?: string): Promise<void> {
    const id = newJobId();
    const { name, reference, size, limit } = file;
    checkFileSize(size);
    const bytes = await bytesOfFile(target, file);
    await ready;
    await vault.put({ id: vaultId(id, 'source'), jobId: id, part: 'source', why: 'working' }, bytes);
    await controller.enqueue({
      id,
      createdAt: Date.now(),
      recipe: recipeFor(await recipe(), size, limit),
      delivery: 'hold',
      name,
      attempt: 1,
      lost: 0,
      origin: { kind: 'file', name, folder: '' },
      upload: { ...target, reference, ...(file.held && { held: file.held }), ...(site !== undefined && { site }) },
      state: 'queued',
      source: null,
    });
  }

  async function giveBack(job: Job & { state: 'ready' }, target: UploadTarget): Promise<Replaced> {
    const bytes = await vault.read(vaultId(job.id, 'result'));
    const type = mediaTypeOf(job.receipt.output.format);
    return replaceFile(target, target.reference, { bytes, name: job.fileName, type });
  }

  async function ended(job: Job & { state: 'ready' }, target: UploadTarget): Promise<void> {
    const toast = (tone: ToastData['tone'], detail: string, actions: readonly ToastAction[] = []): ToastData => ({
      id: job.id,
      tone,
      title: job.fileName,
      detail,
      actions,
    });
    const show = (tone: ToastData['tone'], detail: string): Promise<unknown> =>
      showToast(target.tabId, toast(tone, detail));
    if (job.receipt.outcome !== 'smaller') {
      await keep(target);
      await show('done', texts.receiptFigures(job.receipt));
      await controller.dismiss([job.id]);
      return;
    }
    try {
      // Of the page that has the field, before it is given the file: the next one has no such field.
      const only = { documentId: await documentIn(target.tabId) };
      const showInPage = (detail: string, actions?: readonly ToastAction[]): Promise<unknown> =>
        showToast(target.tabId, toast('done', detail, actions), only);
      const replaced = await giveBack(job, target);
      const figures = (first: string): string =>
        [translate(first), texts.receiptFigures(job.receipt)].join(translate('sentence_separator'));
      if (replaced === 'waiting') await showInPage(figures('upload.waiting'));
      else if (replaced !== 'replaced') await show('error', translate(`upload.${replaced}`));
      // What was dropped the page has taken: nobody can take it back.
      else if (target.held === 'drop') await showInPage(figures('upload.given'));
      else await showInPage(figures('upload.replaced'), await actionsAfter(target));
    } catch (thrown) {
      // The result was purged meanwhile, say: the page does not wait for it any more.
      await keep(target);
      const why = texts.errorText(CompressionError.from(thrown).toRecord());
      const original = translate(target.held ? 'upload.original_given' : 'upload.original_stays');
      await show('error', [why, original].join(translate('sentence_separator')));
    }
    await controller.dismiss([job.id]);
  }

  async function actionsAfter({ tabId, frameId, reference, site }: UploadTarget): Promise<ToastAction[]> {
    const action = {
      label: translate('upload.undo'),
      message: messageData('undoUpload', { tabId, frameId, reference }),
    };
    if (site === undefined || (await isWatched(site))) return [action];
    const otherAction = {
      label: translate('upload.always'),
      message: messageData('watchUploads', { tabId, url: site }),
    };
    return [action, otherAction];
  }

  /** The page gets the original, where it waits for a file. */
  async function keep(target: UploadTarget): Promise<void> {
    if (target.held) await keepFile(target, target.reference);
  }

  return {
    async compressChosen(target, site) {
      const files = await chosenFiles(target);
      if (files.length === 0) throw new CompressionError('no-chosen-file');
      for (const file of files) await begin(target, file, site);
    },
    async compressHeld(target) {
      const files = await heldFiles(target);
      if (files.length === 0) return false;
      for (const file of files) {
        await begin(target, file).catch(async (thrown: unknown) => {
          const { reference, name: title, held } = file;
          await keep({ ...target, reference, ...(held && { held }) });
          const detail = texts.errorText(CompressionError.from(thrown).toRecord());
          await showToast(target.tabId, { id: crypto.randomUUID(), tone: 'error', title, detail });
        });
      }
      return true;
    },
    async changed(job) {
      const { upload } = job;
      if (!upload) return;
      const { id, name: title } = job;
      switch (job.state) {
        case 'queued': {
          const aim =
            job.recipe.aim.kind === 'size' ? translate('upload.aim', [texts.bytesText(job.recipe.aim.bytes)]) : '';
          const detail = [translate('toast.working'), aim].filter(Boolean).join(translate('sentence_separator'));
          const cancel = { label: translate('toast.cancel'), message: messageData('cancelJob', { id }) };
          await showToast(upload.tabId, { id, tone: 'busy', title, detail, actions: [cancel] });
          return;
        }
        case 'ready':
          return ended(job, upload);
        case 'failed':
        case 'cancelled':
          await keep(upload);
          await showToast(upload.tabId, {
            id,
            tone: job.state === 'failed' ? 'error' : 'cancelled',
            title,
            detail: [
              job.state === 'failed' ? texts.errorText(job.error) : translate('error.cancelled'),
              ...(upload.held
                ? [translate('upload.original_given')]
                : job.state === 'failed'
                  ? []
                  : [translate('upload.original_stays')]),
            ].join(translate('sentence_separator')),
          });
          await controller.dismiss([id]);
      }
    },
    async useInPage(id, tabId) {
      const job = await find(id);
      if (!job || !('receipt' in job)) throw new CompressionError('item-gone');
      const bytes = await vault.read(vaultId(id, 'result'));
      const file = { bytes, name: job.fileName, type: mediaTypeOf(job.receipt.output.format) };
      const frame = await frameForFile(tabId, file).catch(async (thrown: unknown) => {
        await askInToolbar(tabId);
        throw new CompressionError('page-not-open', {}, { cause: thrown });
      });
      if (!frame || !(await insertFile(frame, file))) throw new CompressionError('no-upload-field');
    },
    async undo(target) {
      const only = { documentId: await documentIn(target.tabId) };
      const done = await undoReplaced(target, target.reference);
      const toast: ToastData = {
        id: crypto.randomUUID(),
        tone: done === 'replaced' ? 'done' : 'error',
        title: translate('extension_name'),
        detail: translate(done === 'replaced' ? 'upload.undone' : `upload.${done}`),
      };
      await showToast(target.tabId, toast, done === 'replaced' ? only : undefined);
    },
  };
}

/** A file that is over what the page states is made to fit; any other is made as the settings say. The format stays what the field asks for. */
function recipeFor(base: Recipe, size: number, limit: number | null): Recipe {
  const same: Recipe = { ...base, format: 'same' };
  return limit !== null && size > limit && limit >= LEAST_SIZE
    ? { ...same, aim: { kind: 'size', bytes: limit } }
    : same;
}
