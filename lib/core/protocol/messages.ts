/**
 * The one typed protocol between the extension's contexts. Messages are JSON and carry ids, never image bytes.
 * Each type is answered in one context only: with two listeners the first reply would win.
 */
import { defineExtensionMessaging } from '@webext-core/messaging';
import type { Outcome, Receipt } from '../model/receipt.ts';
import type { Recipe } from '../model/recipe.ts';
import type { ErrorRecord } from '../errors.ts';
import type { RetentionSettings } from '../model/retention-settings.ts';
import type { Delivery, JobId, Origin, SourceFacts, ViewId } from '../model/job.ts';

/** What the engine needs to know of a job; the rest is the background's. */
export interface EngineJob {
  readonly id: JobId;
  readonly recipe: Recipe;
  /** http(s) to fetch, or null when the Source is in the vault already. */
  readonly url: string | null;
  readonly withCookies: boolean;
}

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
  /** What the view has read of the image; null when it has not. */
  readonly source: SourceFacts | null;
  /** The view could not take it in: the job begins and ends with this. */
  readonly error: ErrorRecord | null;
}

export type Done = { readonly ok: true } | { readonly ok: false; readonly error: ErrorRecord };

/** Answered by the background. */
export interface ToBackground {
  /** base64 of the vault's key, for the offscreen document, which cannot read `storage`. Answered once the session is open. */
  vaultKey(): string | null;
  /** For the same: by what the vault's deadlines go. */
  retentionSettings(): RetentionSettings;
  jobStarted(message: { readonly id: JobId; readonly source: SourceFacts }): void;
  jobDone(message: { readonly id: JobId; readonly receipt: Receipt; readonly contentDisposition: string | null }): void;
  jobFailed(message: { readonly id: JobId; readonly error: ErrorRecord; readonly source: SourceFacts | null }): void;
  /** Nothing runs and no result is open: the host may be closed. */
  engineIdle(): void;
  /** From the views: new jobs whose Sources are in the vault, or that say why they are not. */
  startJobs(message: { readonly jobs: readonly StartRequest[] }): void;
  saveJob(message: { readonly id: JobId }): void;
  saveJobs(message: { readonly jobs: readonly { readonly id: JobId; readonly fileName: string }[] }): void;
  retryJob(message: { readonly id: JobId; readonly recipe?: Recipe }): void;
  cancelJob(message: { readonly id: JobId }): void;
  dismissJob(message: { readonly id: JobId }): void;
  /** The person's word; each resolves when what it names is gone. See `Upkeep`. */
  purgeItem(message: { readonly id: string }): void;
  purgeAll(): void;
  deleteEverything(): void;
  /** From a view that is about to ask the host itself: resolves when the host is there. */
  ensureEngine(): Done;
  /** What the view tried becomes the job's result. */
  applyPreview(message: PreviewRequest & { readonly receipt: Receipt }): Done;
  /** The view has closed: its previews are purged. */
  closePreview(message: { readonly id: JobId; readonly view: ViewId }): void;
  /** From the toast's button, whose click is the user gesture: ask for the host's permission, then try again. */
  allowAndRetry(message: { readonly id: JobId; readonly url: string }): void;
}

/** Answered by the host of the engine: Chrome's offscreen document, or the background page itself. */
export interface ToEngine {
  runJob(job: EngineJob): void;
  cancelRun(message: { readonly id: JobId }): void;
  /** Jobs that are being worked on. */
  runningJobs(): JobId[];
  /** A blob: URL of a held result, for `downloads`; it lives until `closeResult`. */
  openResult(message: {
    readonly id: JobId;
  }): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly error: ErrorRecord };
  closeResult(message: { readonly id: JobId }): void;
  /** Clicks a link to an opened result: a download that begins so keeps its name whatever other extensions do. */
  clickLink(message: { readonly url: string; readonly fileName: string }): void;
  /** Asked by views, after `needHost`. A view's newer request ends its older one with 'cancelled'. */
  previewJob(message: PreviewRequest): Outcome;
  displayPart(message: DisplayRequest): Outcome;
  cancelPreview(message: { readonly view: ViewId }): void;
}

export const { sendMessage, onMessage } = defineExtensionMessaging<ToBackground & ToEngine>();

/** A message as data, for a script in a page that has no messenger of its own. */
export function messageData<K extends keyof ToBackground>(
  type: K,
  data: Parameters<ToBackground[K]>[0],
): { id: number; type: K; data: typeof data; timestamp: number } {
  return { id: 0, type, data, timestamp: Date.now() };
}
