/** The words of a metadata policy, and which kinds it protects. */
import type { InputFormat, MetadataKind, OutputFormat } from '../inspection.ts';

/** strip: all goes. protect: rights, credit, provenance and print size stay. keep: all stays. */
export type MetadataPolicy = 'strip' | 'protect' | 'keep';

const PROTECTED: ReadonlySet<MetadataKind> = new Set([
  'copyright',
  'artist',
  'credit',
  'rights',
  // Of a drawing: for those who can't see it.
  'title',
  'ai-provenance',
  'physical-size',
]);

/** Of one file: what is longer is not read, goes under a policy that filters it, and is refused where all is to be kept. */
export const MAX_METADATA_BYTES = 16_000_000;

export function isProtected(kind: MetadataKind): boolean {
  return PROTECTED.has(kind);
}

/**
 * What became of the pixels that the metadata goes with.
 *
 * `untouched`: they are the very same bytes, so orientation and what viewers need for gain maps and the like stay valid;
 * `format` says which orientation counts. `encoded`: they are new, upright, and of this size; with a `format`, what that
 * format has no place for is moved to where it has, or counted as removed.
 */
export type Pixels =
  | { readonly are: 'untouched'; readonly format: InputFormat }
  | {
      readonly are: 'encoded';
      readonly width: number;
      readonly height: number;
      readonly format?: OutputFormat | 'gif';
      /** Turned, cropped or resized: a small picture of it as it was is none of it as it is, and may show what was cut off. */
      readonly reshaped?: boolean;
      /** What was a row is a column. */
      readonly sidesSwapped?: boolean;
    };

export type NewPixels = Pixels & { readonly are: 'encoded' };
