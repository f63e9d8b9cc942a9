/** What the steps of the pipeline are given, and what they give. */
import type { OptionValues } from '../codecs/codec.ts';
import type { Movie } from '../animation/movie.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { Note } from '../model/receipt.ts';
import type { DecodeContext } from './decode.ts';
import type { PixelStore } from './kept-pixels.ts';
import type { Plan } from './plan.ts';
import type { Step } from './steps.ts';

export interface PipelineContext extends DecodeContext {
  /** The browser's decoder of animations that ours do not read; null where it reads no such format. Absent in Node. */
  readonly openInBrowser?: (bytes: Uint8Array<ArrayBuffer>, input: InputFormat) => Promise<Movie | null>;
  /** Called as each step begins, so that a watchdog sees progress. */
  readonly onStep?: (step: Step) => void;
  /** ms, monotonic. */
  readonly now?: () => number;
  /** Where the Source is to be run again. */
  readonly store?: PixelStore;
  /** What another worker gives for a part of the plan (`partsOf`), once it has; null where none has begun it, or it was given up. */
  readonly elsewhere?: (part: Plan, worthBelow: number) => Promise<DoneElsewhere | null>;
}

export interface DoneElsewhere {
  /** Null where the part has no result. */
  readonly candidate: Candidate | null;
}

/** What a route gives, before metadata are put in. */
export interface EncodedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** The ICC profile that the pixels need; null when they are sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
  /** Where they were found by a search: the encoder's options; absent for those of the plan. */
  readonly options?: OptionValues;
  /** SSIMULACRA 2, where it was measured. */
  readonly look?: number;
  /** See `Candidate`. */
  readonly unfinished?: boolean;
}

/** What may become the result: a whole file. */
export interface Candidate {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly format: InputFormat;
  /** Of the encoder; null when the coded picture is the one that came in. */
  readonly options: OptionValues | null;
  readonly notes: readonly Note[];
  readonly look?: number;
  /** The search ended before its aim, since it could not become smaller than what is there. */
  readonly unfinished?: boolean;
}
