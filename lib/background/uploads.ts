/**
 * A file that a person has chosen in a page's upload field, compressed in its place: its bytes come from the page, become a
 * job, and the result goes back into the field. What is under way is in the job's record, so it outlives the background.
 */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../core/bytes/base64.ts';
import { CompressionError } from '../core/errors.ts';
import { mediaTypeOf } from '../core/image/format-facts.ts';
import { checkFileSize } from '../core/image/limits.ts';
import { newJobId, vaultId, type Job, type JobId, type UploadTarget } from '../core/model/job.ts';
import type { Recipe } from '../core/model/recipe.ts';
import { LEAST_SIZE } from '../core/model/aim.ts';
import { messageData } from '../core/protocol/messages.ts';
import type { ToastAction, ToastData } from '../core/protocol/toast.ts';
import {
  FIELDS,
  NEW_FILE,
  UPLOAD_FIELD,
  type ChosenFile,
  type Field,
  type Replaced,
  type UploadFieldApi,
} from '../core/protocol/upload-field.ts';
import type { Texts } from '../core/texts/texts.ts';
import type { Translate } from '../core/texts/translate.ts';
import { askInToolbar } from '../platform/host-permission.ts';
import type { Vault } from '../storage/vault/vault.ts';
import { documentIn, inject, type InjectionTarget } from './inject.ts';
import type { JobController } from './job-controller.ts';
import { SLICE_BYTES } from './page-reading.ts';
import type { OneDocument } from './show-toast.ts';

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
  compressChosen(target: Required<InjectionTarget>, site?: string): Promise<void>;
  /** What a frame of a site on the list keeps back. False when nothing could be begun: it is then let go of. */
  compressHeld(target: Required<InjectionTarget>): Promise<boolean>;
  /** Call it after each change of a job. */
  changed(job: Job): Promise<void>;
  undo(target: Pick<UploadTarget, 'tabId' | 'frameId' | 'reference'>): Promise<void>;
  /** A held result goes into the tab's upload field. @throws CompressionError `no-upload-field`, `page-not-open`, `item-gone` */
  useInPage(id: JobId, tabId: number): Promise<void>;
}

const CHOSEN: v.GenericSchema<unknown, ChosenFile[]> = v.array(
  v.strictObject({
    reference: v.pipe(v.number(), v.integer(), v.minValue(0)),
    name: v.pipe(v.string(), v.maxLength(1_024)),
    size: v.pipe(v.number(), v.integer(), v.minValue(0)),
    type: v.pipe(v.string(), v.maxLength(200)),
    focused: v.boolean(),
    held: v.nullable(v.picklist(['field', 'drop'])),
    limit: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
);

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
  async function ask<A extends readonly unknown[], T>(
    { tabId, frameId }: Required<InjectionTarget>,
    call: (name: string, ...args: A) => T,
    ...args: A
  ): Promise<Awaited<T> | undefined> {
    const func = call as (...given: readonly unknown[]) => T;
    const [answer] = await inject({ tabId, frameId }, ['/upload-field.js'], func, [UPLOAD_FIELD, ...args]);
    return answer?.result;
  }

  async function begin(target: Required<InjectionTarget>, file: ChosenFile, site?: string): Promise<void> {
    const id = newJobId();
    const { name, reference, size, limit } = file;
    checkFileSize(size);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const answer = await ask(target, callSlice, reference, at, SLICE_BYTES);
      const slice = typeof answer === 'string' ? fromBase64(answer) : null;
      if (!slice || slice.length !== Math.min(SLICE_BYTES, size - at))
        throw new CompressionError('file-gone', { name });
      bytes.set(slice, at);
      at += slice.length;
    }
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

  async function bring(target: Required<InjectionTarget>, reference: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at === 0 || at < bytes.length; at += SLICE_BYTES)
      await ask(target, callBring, reference, at, toBase64(bytes.subarray(at, at + SLICE_BYTES)));
  }

  async function giveBack(job: Job & { state: 'ready' }, target: UploadTarget): Promise<Replaced> {
    const bytes = await vault.read(vaultId(job.id, 'result'));
    await bring(target, target.reference, bytes);
    const { format } = job.receipt.output;
    return (await ask(target, callReplace, target.reference, job.fileName, mediaTypeOf(format))) ?? 'gone';
  }

  async function ended(job: Job & { state: 'ready' }, target: UploadTarget): Promise<void> {
    const toast = (tone: ToastData['tone'], detail: string, actions: readonly ToastAction[] = []): ToastData => ({
      id: job.id,
      tone,
      title: job.fileName,
      detail,
      actions,
    });
    const tell = (tone: ToastData['tone'], detail: string): Promise<unknown> =>
      showToast(target.tabId, toast(tone, detail));
    if (job.receipt.outcome !== 'smaller') {
      await keep(target);
      await tell('done', texts.receiptFigures(job.receipt));
      await controller.dismiss([job.id]);
      return;
    }
    try {
      // Of the page that has the field, before it is given the file: the next one has no such field.
      const only = { documentId: await documentIn(target.tabId) };
      const tellPage = (detail: string, actions?: readonly ToastAction[]): Promise<unknown> =>
        showToast(target.tabId, toast('done', detail, actions), only);
      const replaced = await giveBack(job, target);
      const figures = (first: string): string =>
        [translate(first), texts.receiptFigures(job.receipt)].join(translate('sentence_separator'));
      if (replaced === 'waiting') await tellPage(figures('upload.waiting'));
      else if (replaced !== 'replaced') await tell('error', translate(`upload.${replaced}`));
      // What was dropped the page has taken: nobody can take it back.
      else if (target.held === 'drop') await tellPage(figures('upload.given'));
      else await tellPage(figures('upload.replaced'), await actionsAfter(target));
    } catch (thrown) {
      // The result was purged meanwhile, say: the page does not wait for it any more.
      await keep(target);
      const why = texts.errorText(CompressionError.from(thrown).toRecord());
      const original = translate(target.held ? 'upload.original_given' : 'upload.original_stays');
      await tell('error', [why, original].join(translate('sentence_separator')));
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
    if (target.held) await ask(target, callKeep, target.reference).catch(() => undefined);
  }

  return {
    async compressChosen(target, site) {
      const files = v.parse(CHOSEN, (await ask(target, callChosen)) ?? []);
      const focused = files.filter((file) => file.focused);
      const meant = focused.length > 0 ? focused : files;
      if (meant.length === 0) throw new CompressionError('no-chosen-file');
      for (const file of meant) await begin(target, file, site);
    },
    async compressHeld(target) {
      const files = v.safeParse(CHOSEN, (await ask(target, callHeld)) ?? []);
      if (!files.success || files.output.length === 0) return false;
      for (const file of files.output) {
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
      const type = mediaTypeOf(job.receipt.output.format);
      const frames = await inject({ tabId }, ['/upload-field.js'], callField, [UPLOAD_FIELD, job.fileName, type]).catch(
        async (thrown: unknown) => {
          await askInToolbar(tabId);
          throw new CompressionError('page-not-open', {}, { cause: thrown });
        },
      );
      const [best] = frames
        .map(({ frameId, result }) => ({ frameId, rank: FIELDS.indexOf(result as Field) }))
        .filter(({ rank }) => rank >= 0 && rank < FIELDS.indexOf('none'))
        .sort((one, other) => one.rank - other.rank);
      if (!best) throw new CompressionError('no-upload-field');
      const target = { tabId, frameId: best.frameId };
      await bring(target, NEW_FILE, bytes);
      if ((await ask(target, callInsert, job.fileName, type)) !== 'replaced')
        throw new CompressionError('no-upload-field');
    },
    async undo(target) {
      const only = { documentId: await documentIn(target.tabId) };
      const done = (await ask(target, callUndo, target.reference).catch(() => undefined)) ?? 'gone';
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

// These run in the page, in the extension's world; they use nothing from outside themselves.

function callChosen(name: string): readonly ChosenFile[] | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.chosen();
}

function callHeld(name: string): readonly ChosenFile[] | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.held();
}

function callKeep(name: string, reference: number): void {
  (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.keep(reference);
}

function callSlice(name: string, reference: number, from: number, length: number): Promise<string | null> | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.slice(reference, from, length);
}

function callBring(name: string, reference: number, from: number, base64: string): void {
  (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.bring(reference, from, base64);
}

function callReplace(name: string, reference: number, fileName: string, type: string): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.replace(reference, fileName, type);
}

function callField(name: string, fileName: string, type: string): Field | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.field(fileName, type);
}

function callInsert(name: string, fileName: string, type: string): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.insert(fileName, type);
}

function callUndo(name: string, reference: number): Replaced | undefined {
  return (Reflect.get(globalThis, name) as UploadFieldApi | undefined)?.undo(reference);
}
