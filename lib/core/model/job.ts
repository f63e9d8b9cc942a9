/**
 * One image's trip. A job is a plain record in `storage.session` (memory, never disk), written by the
 * background alone, so that the death of any context loses none: whoever wakes reads where it stands.
 * Bytes are never here: they are in the vault under `vaultId(job.id, 'source' | 'result')`.
 */
import type { Recipe } from './recipe.ts';
import type { Note, Receipt } from './receipt.ts';
import type { ErrorRecord } from '../errors.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { Trait } from '../image/traits.ts';

declare const brand: unique symbol;
declare const viewBrand: unique symbol;
export type JobId = string & { readonly [brand]: 'JobId' };

/** Where a Source comes from. */
export type Origin =
  /** An image on a page; `url` is http(s), data: or blob:. */
  | {
      readonly kind: 'page';
      readonly url: string;
      readonly pageUrl: string;
      readonly pageTitle: string;
      readonly tabId: number;
      readonly frameId: number;
      /** Absent when it is the page's own. */
      readonly frameUrl?: string;
      /** How the shortcut chose it; null when the person pointed at it. */
      readonly chosenAs: 'focused' | 'only' | 'largest' | null;
    }
  /** An address that a person gave to a view, without a page around it. */
  | { readonly kind: 'url'; readonly url: string }
  /** Bytes that a view puts into the vault: a chosen or dropped file, or the clipboard. */
  | { readonly kind: 'file'; readonly name: string; readonly folder: string }
  | { readonly kind: 'clipboard'; readonly name: string };

/** An address of the host, or a file, whose permission lets a page's image be read: of a blob: URL, that of the frame that made it. */
export function permissionUrl({ url, frameUrl = '', pageUrl }: Origin & { readonly kind: 'page' }): string {
  return [url, frameUrl, pageUrl].find((each) => /^(?:https?|file):/i.test(each)) ?? '';
}

/** What happens when the result is there: the download starts by itself, or it waits in the panel. */
export type Delivery = 'download' | 'hold';

export interface JobFacts {
  readonly id: JobId;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly origin: Origin;
  readonly recipe: Recipe;
  readonly delivery: Delivery;
  /** The name to show: the file's own, or one made from the URL. Has no folder. */
  readonly name: string;
  /** Counts the engine's runs, from 1: what is said of another run than this is not heard. */
  readonly attempt: number;
  /** How often the engine was lost under it since a person last asked for it. */
  readonly lost: number;
  /** Its Source is no file but the pixels that the page shows, taken by the person's word; null or absent for a file. */
  readonly asShown?: AsShown | null;
  /** A person gave it its name: what comes of it is called so, whatever the template. */
  readonly renamed?: boolean;
  /** Its recipe was chosen for it alone: the settings for all leave it as it is. */
  readonly ownRecipe?: boolean;
  /** While it is compressed again: the result that it has, which stays unless a new one takes its place. */
  readonly earlier?: EarlierResult | undefined;
  /** Where the result goes by itself; absent for all others. */
  readonly upload?: UploadTarget;
}

/** A page's upload field whose chosen file the result takes the place of. */
export interface UploadTarget {
  readonly tabId: number;
  readonly frameId: number;
  /** Of the script in the page. */
  readonly reference: number;
  /** Absent for a file that the page had before. */
  readonly held?: HeldBy | undefined;
  /** The site's address, where uploads can be made smaller from now on; absent for one that is none. */
  readonly site?: string | undefined;
}

/** What a person did with a file that is kept back from its page until it is smaller: chose it in a field, or dropped it. */
export type HeldBy = 'field' | 'drop';

export interface EarlierResult {
  readonly recipe: Recipe;
  readonly ownRecipe: boolean;
  readonly receipt: Receipt;
  readonly fileName: string;
}

/** canvas: the whole picture in its own pixels. screen: what of it is in view, cut out of the picture of the tab. */
export type AsShown = 'canvas' | 'screen';

/** What is known of a Source once it was inspected. */
export interface SourceFacts {
  readonly format: InputFormat;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  /** Absent for nothing special. */
  readonly traits?: readonly Trait[];
  /** What the recipe takes away that a person may miss; absent for nothing. */
  readonly losses?: readonly Note[];
}

export type Job = JobFacts &
  /**
   * The engine has not begun; `source` is there once it has looked at what waits. A Source that a view still brings is
   * waited for as long as the view lives: `view` is the name of the lock that it holds.
   */
  (
    | { readonly state: 'queued'; readonly source: SourceFacts | null; readonly view?: string }
    /** The bytes are on their way to the vault. */
    | { readonly state: 'acquiring' }
    | { readonly state: 'compressing'; readonly source: SourceFacts }
    /** The result is held in the vault. */
    | {
        readonly state: 'ready';
        readonly receipt: Receipt;
        readonly fileName: string;
        /** Why another recipe gave no result: this is the earlier one. */
        readonly setback?: ErrorRecord | undefined;
      }
    | {
        readonly state: 'saving';
        readonly receipt: Receipt;
        readonly fileName: string;
        readonly downloadId: number | null;
        /** A view has written it: it is there, and is let go of. */
        readonly inFolder?: boolean;
      }
    /** The download was cancelled or failed: the result is still held, and why. */
    | { readonly state: 'unsaved'; readonly receipt: Receipt; readonly fileName: string; readonly error: ErrorRecord }
    /** On disk; its bytes are purged, at once or, by the person's choice, a little later. `fileName` is the name on disk. */
    | {
        readonly state: 'saved';
        readonly receipt: Receipt;
        readonly fileName: string;
        readonly downloadId: number | null;
        /** They are held for `KEPT_SAVED`. */
        readonly kept?: boolean;
      }
    /** A person ended it before it had a result. */
    | { readonly state: 'cancelled'; readonly source: SourceFacts | null }
    /** `pixels` is true when the page shows it, so that what is shown can be had instead. */
    | {
        readonly state: 'failed';
        readonly error: ErrorRecord;
        readonly source: SourceFacts | null;
        readonly pixels?: boolean;
      }
  );

export type JobState = Job['state'];

/** States in which something is still to be done without the person doing anything. */
export const RUNNING: ReadonlySet<JobState> = new Set<JobState>(['queued', 'acquiring', 'compressing', 'saving']);

export function newJobId(): JobId {
  return crypto.randomUUID() as JobId;
}

/** A preview is what a compare view tries out; it is gone when the view closes. */
export type VaultPart = 'source' | 'result' | 'preview';
/** The key of a job's bytes in the vault. */
export function vaultId(job: JobId, part: VaultPart): string {
  return `${job}:${part}`;
}

/** One open compare view: two views of the same job do not overwrite each other's previews. */
export type ViewId = string & { readonly [viewBrand]: 'ViewId' };

export function newViewId(): ViewId {
  return crypto.randomUUID() as ViewId;
}

/**
 * The key of what a view tries out. tried: the bytes that its recipe gives. before, after: a lossless stand-in for bytes
 * that the browser cannot show, such as JPEG XL in an older one.
 */
export const PREVIEW_PARTS = ['tried', 'before', 'after'] as const;
export type PreviewPart = (typeof PREVIEW_PARTS)[number];
export function previewId(job: JobId, view: ViewId, part: PreviewPart): string {
  return `${job}:preview:${view}:${part}`;
}
