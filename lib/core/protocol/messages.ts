/**
 * The one typed protocol between the extension's contexts. Messages are JSON and carry ids, never image bytes.
 * Each type is answered in one context only: with two listeners the first reply would win. Who may send which, and
 * what a message must look like, is in `message-rules.ts`; `lib/platform/messaging.ts` sends and answers.
 */
import type { Tone } from './toast.ts';
import type { OutputFormat } from '../image/inspection.ts';
import type { Step } from '../pipeline/steps.ts';
import type { Outcome, Receipt } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import type { ErrorRecord } from '../errors.ts';
import type { RetentionSettings } from '../model/retention-settings.ts';
import type { Delivery, JobId, Origin, SourceFacts, UploadTarget, ViewId } from '../model/job.ts';
import type { ReachableImage, Shown } from '../model/ladder.ts';
import type { ListedReference, PageList } from './page-list.ts';
import type { ReadAnswer, ReadRequest } from './page-reader.ts';
import type { PickedReference } from './picker.ts';

/** One run of a job: an answer of a run that has been given up since is known by its number. */
export interface Run {
  readonly id: JobId;
  readonly attempt: number;
}

/** What the engine needs to know of a job; the rest is the background's. */
export interface EngineJob extends Run {
  readonly recipe: Recipe;
  /** Whether each step of the work is to be told of: somebody looks on. */
  readonly steps: boolean;
  /** Where the Source is to be had, or null when it is in the vault, or on its way there. */
  readonly image: ReachableImage | null;
  /** The view that puts the Source into the vault: the name of the lock that it holds as long as it lives. Null when it is there. */
  readonly view: string | null;
}

/** From the engine: read the job's image by a script in the page that shows it. */
export interface PageReadRequest extends Pick<ReadRequest, 'cache' | 'credentials' | 'accept' | 'pace'> {
  readonly id: JobId;
  readonly by: 'page' | 'worker';
  /** Names the bytes on their way to the engine, and the port that they come by; see `lib/platform/page-bytes.ts`. */
  readonly reading: string;
}

/** Without an error the bytes were sent, and may have come before it. */
export interface PageReadAnswer extends Pick<ReadAnswer, 'shown' | 'exact' | 'worker' | 'status' | 'finalUrl'> {
  readonly error: ErrorRecord | null;
  readonly contentDisposition: string | null;
}

/** What has become of a run, in the order in which it happened. */
export type EngineEvent = Run &
  (
    | { readonly kind: 'acquiring' }
    /** It waits for its turn; what it is, and what will be lost, is known. */
    | { readonly kind: 'inspected'; readonly source: SourceFacts }
    | { readonly kind: 'started'; readonly source: SourceFacts }
    | { readonly kind: 'step'; readonly step: Step }
    | {
        readonly kind: 'done';
        readonly receipt: Receipt;
        readonly contentDisposition: string | null;
        /** The result's, where it is to be downloaded at once; it ends soon unless it is opened, or its link clicked. */
        readonly url?: string;
      }
    | {
        readonly kind: 'failed';
        readonly error: ErrorRecord;
        readonly source: SourceFacts | null;
        readonly pixels?: boolean;
      }
  );

/** Try this recipe on the job's Source, for this view; its result goes into the vault as `previewId(id, view, 'tried')`. */
export interface PreviewRequest {
  readonly id: JobId;
  readonly view: ViewId;
  readonly recipe: Recipe;
}

/** Bytes that the browser cannot show: a PNG of them goes into the vault as the view's `before` (source) or `after`. */
export interface DisplayRequest {
  readonly id: JobId;
  readonly view: ViewId;
  readonly of: 'source' | 'result' | 'tried';
}

export interface StartRequest {
  readonly id: JobId;
  readonly origin: Origin;
  readonly recipe: Recipe;
  readonly delivery: Delivery;
  readonly name: string;
  /** ms since the epoch, for the order among others. */
  readonly createdAt: number;
  /** See `EngineJob`. */
  readonly view: string | null;
  /** The view could not take it in: the job ends with this, whether it had begun or not. */
  readonly error: ErrorRecord | null;
}

export type Done = { readonly ok: true } | { readonly ok: false; readonly error: ErrorRecord };

/** Answered by the background. */
export interface ToBackground {
  /** base64 of the vault's key, for the offscreen document, which cannot read `storage`. Answered once the session is open. */
  vaultKey(): string | null;
  /** For the same. */
  retentionSettings(): RetentionSettings;
  /** Answered when all of it is written down; until then the engine says it again. */
  engineEvents(message: { readonly events: readonly EngineEvent[] }): void;
  readInPage(message: PageReadRequest): PageReadAnswer;
  /** The size of what the page shows of the job's image, in the picture's own pixels. */
  measureInPage(message: { readonly id: JobId }): Shown;
  stopReadingInPage(message: { readonly id: JobId }): void;
  /** The extension's next request for the job's image goes out as the page's own would; null where it can't. */
  addRequestRule(message: { readonly id: JobId }): number | null;
  removeRequestRule(message: { readonly rule: number }): void;
  /** Nothing runs and no result is open: the engine may be closed. */
  engineIdle(): void;
  /** From the views: new jobs whose Sources are in the vault or on their way there, or that say why they are not. Gives those that the list has no room for. */
  startJobs(message: { readonly jobs: readonly StartRequest[] }): readonly JobId[];
  /** All images of a tab that the person has opened the view of. */
  listPage(message: { readonly tabId: number }): PageList;
  /** A small picture of one of them, as a data: URL, from what the browser has of it; '' where there is none. */
  thumbnail(message: { readonly tabId: number; readonly image: ListedReference }): string;
  /** A job for each of them, whose result waits in the list; null for one that the list has no room for. */
  compressListed(message: {
    readonly tabId: number;
    readonly images: readonly ListedReference[];
    readonly recipe: Recipe;
  }): readonly (JobId | null)[];
  saveJob(message: { readonly id: JobId }): void;
  saveJobs(message: { readonly jobs: readonly { readonly id: JobId; readonly fileName: string }[] }): void;
  /** A view has written these results into a folder, under these names: they are saved. */
  resultsWritten(message: { readonly jobs: readonly { readonly id: JobId; readonly fileName: string }[] }): void;
  /**
   * @param attempt the run that the person saw the end of: of one that came after it, nothing is begun anew
   * @returns whether another is begun
   */
  retryJob(message: Run & { readonly recipe?: Recipe | undefined; readonly ownRecipe?: boolean | undefined }): boolean;
  cancelJob(message: { readonly id: JobId }): void;
  /** @param stem the name without its extension, as the person wrote it */
  renameJob(message: { readonly id: JobId; readonly stem: string }): void;
  dismissJobs(message: { readonly ids: readonly JobId[] }): void;
  /** The person's word; each resolves when what it names is gone. See `Retention`. */
  purgeItem(message: { readonly id: string }): void;
  purgeAll(): void;
  deleteEverything(): void;
  /** From a view that asks the engine itself, when nobody answers: resolves when the engine is there. */
  ensureEngine(): Done;
  /** What the view tried becomes the job's result. */
  applyPreview(message: PreviewRequest & { readonly receipt: Receipt }): Done;
  /** The view has closed: its previews are purged. */
  closePreview(message: { readonly id: JobId; readonly view: ViewId }): void;
  /** From the toast's button: take what the page shows of a failed job's image, in place of its file. */
  saveAsShown(message: { readonly id: JobId }): void;
  /** From the toast's button, whose click is the user gesture: ask for the host's permission, then try again. */
  allowAndRetry(message: { readonly id: JobId; readonly url: string }): void;
  /** From the toast of a saved file: opens its folder, or deletes it. */
  showSaved(message: { readonly id: JobId }): void;
  undoSaved(message: { readonly id: JobId }): void;
  /** From the same: shows it beside its original, in the workspace. */
  compareSaved(message: { readonly id: JobId }): void;
  /** From the same: the image once more, in another format. */
  saveAs(message: { readonly id: JobId; readonly format: OutputFormat }): void;
  /** The page of this tab took away the toast that says this. */
  toastLost(message: { readonly tabId: number; readonly sentence: string; readonly tone: Tone }): void;
  /** From the overlay: what the person picked, or null. The token is that of the picking. */
  imagePicked(message: {
    readonly token: string;
    readonly tabId: number;
    readonly frameId: number;
    readonly pick: PickedReference | null;
  }): void;
  /** A held result goes into the upload field of the tab's page. */
  useInPage(message: { readonly id: JobId; readonly tabId: number }): void;
  /** From the toast: the file that was in an upload field before. */
  undoUpload(message: Pick<UploadTarget, 'tabId' | 'frameId' | 'reference'>): void;
  /** From a site whose uploads are made smaller: it keeps something back. False where the person does not want that. */
  uploadsHeld(): boolean;
  /** From the toast's button, whose click is the user gesture: from now on, or no more. */
  watchUploads(message: { readonly tabId: number; readonly url: string }): void;
  unwatchUploads(message: { readonly tabId: number; readonly url: string }): void;
  /** The same for all sites. */
  allowAllAndRetry(message: { readonly id: JobId }): void;
  /** The same for a frame that was closed when the image in view was looked for: it is looked for again. */
  allowAndLook(message: { readonly tabId: number; readonly url: string }): void;
}

/** Answered by the page that the engine runs in: Chrome's offscreen document, or the background page itself. */
export interface ToEngine {
  runJobs(message: { readonly jobs: readonly EngineJob[] }): void;
  cancelRuns(message: { readonly ids: readonly JobId[] }): void;
  /** Runs that are being worked on, or whose end the background has not heard of. */
  runningJobs(): readonly Run[];
  /** A blob: URL of a held result, for `downloads`; it lives until `closeResults`. */
  openResult(message: {
    readonly id: JobId;
  }): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly error: ErrorRecord };
  closeResults(message: { readonly ids: readonly JobId[] }): void;
  /** Clicks a link to an opened result: a download that begins so keeps its name whatever other extensions do. */
  clickLink(message: { readonly url: string; readonly fileName: string }): void;
  /** Asked by views, which hold the lock of the view's id as long as they live. A view's newer request ends its older one with 'cancelled'. */
  previewJob(message: PreviewRequest): Outcome;
  displayPart(message: DisplayRequest): Outcome;
  cancelPreview(message: { readonly view: ViewId }): void;
}

type Protocol = ToBackground & ToEngine;
export type MessageType = keyof Protocol;
/** What a message carries; undefined for nothing. */
export type MessageData<K extends MessageType> = Parameters<Protocol[K]>[0];
export type MessageAnswer<K extends MessageType> = ReturnType<Protocol[K]>;

/** A message as data, for a script in a page that has no messenger of its own. */
export function messageData<K extends keyof ToBackground>(
  type: K,
  data: Parameters<ToBackground[K]>[0],
): { id: number; type: K; data: typeof data; timestamp: number } {
  return { id: 0, type, data, timestamp: Date.now() };
}
