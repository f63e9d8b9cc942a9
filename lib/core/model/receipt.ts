/** What happened to one image, in figures and in notes that `lib/core/texts/texts.ts` turns into words. */
import type { ErrorRecord } from '../errors.ts';
import type { InputFormat, OutputFormat } from '../image/inspection.ts';
import type { Trait } from '../image/traits.ts';

export interface Receipt {
  readonly input: {
    readonly format: InputFormat;
    readonly bytes: number;
    readonly width: number;
    readonly height: number;
    /** absent for nothing special */ readonly traits?: readonly Trait[];
  };
  readonly output: {
    readonly format: InputFormat;
    readonly bytes: number;
    readonly width: number;
    readonly height: number;
  };
  /** smaller: fewer bytes. original: no way to make it smaller was found, so these are the bytes that came in. grown: another format was asked for and it costs more. */
  readonly outcome: 'smaller' | 'original' | 'grown';
  /** Of the work itself: fetching, queueing and saving not counted. */
  readonly milliseconds: number;
  /** The encoder and its options as given to it, or null when nothing was encoded. */
  readonly codec: {
    readonly format: OutputFormat;
    readonly encoder: string;
    readonly options: Readonly<Record<string, number | boolean | string>>;
  } | null;
  /** SSIMULACRA 2 of the result against the picture that was encoded, a whole number; absent where it was not measured. */
  readonly look?: number;
  /** What the other formats came to, where the format was chosen; `atLeast` where the work ended as soon as it could not win. */
  readonly rivals?: readonly Rival[];
  readonly notes: readonly Note[];
}

export interface Rival {
  readonly format: InputFormat;
  readonly bytes: number;
  readonly atLeast: boolean;
}

/**
 * One thing lost, kept or changed. Its words are `note.<code>` in the locale; the parameters are filled in.
 * `lost` is what a person may miss, `kept` is what was preserved on purpose, `info` is the rest.
 */
export interface Note {
  readonly kind: 'lost' | 'kept' | 'info';
  readonly code: NoteCode;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

export const NOTE_CODES = [
  'file-faulty',
  'picture-damaged',
  'picture-incomplete',
  'picture-parts-missing',
  'orientation-ignored',
  'orientation-applied',
  'alpha-flattened',
  'alpha-rounded',
  'turned',
  'cropped',
  'blocks-kept',
  'resized',
  'resized-to-fit',
  'look-measured',
  'look-short',
  'fits-already',
  'share-of-total',
  'first-frame-only',
  'animation-kept',
  'rasterised',
  'profile-kept',
  'profile-dropped-srgb',
  'profile-unreadable',
  'converted-to-srgb',
  'tone-mapped',
  'range-clipped',
  'depth-reduced',
  'colours-reduced',
  'depth-kept',
  'first-page-only',
  'largest-picture',
  'metadata-removed',
  'metadata-kept',
  'c2pa-removed',
  'gain-map-lost',
  'motion-photo-lost',
  'already-small',
  'never-larger',
  'never-larger-cleaned',
  'nothing-to-clean',
  'saving-is-loss',
  'grown',
  'lossless',
  'minified',
  'shown-pixels',
  'screen-part',
] as const;
export type NoteCode = (typeof NOTE_CODES)[number];

/** What readers say of files with faults. */
export const FAULTY: Note = { kind: 'info', code: 'file-faulty' };
export const DAMAGED: Note = { kind: 'lost', code: 'picture-damaged' };
/** Of a file that ends early. */
export const INCOMPLETE: Note = { kind: 'lost', code: 'picture-incomplete' };
/** Of one that has its end. */
export const PARTS_MISSING: Note = { kind: 'lost', code: 'picture-parts-missing' };

/** Bytes saved as a share of the input, 0.74 for "74 % smaller"; negative when it grew. */
export function saving(receipt: Pick<Receipt, 'input' | 'output'>): number {
  return receipt.input.bytes === 0 ? 0 : 1 - receipt.output.bytes / receipt.input.bytes;
}

export type Outcome =
  { readonly ok: true; readonly receipt: Receipt } | { readonly ok: false; readonly error: ErrorRecord };
