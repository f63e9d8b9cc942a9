/**
 * What is to be done with a Source: exactly which steps with which codec options. Pure data, so that the panel can show it before
 * the work and a test can print it.
 */
import type { OptionValues } from '../codecs/codec.ts';
import type { Colour, InputFormat, MetadataKind, Orientation, OutputFormat } from '../image/inspection.ts';
import type { Trait } from '../image/traits.ts';
import type { Decoder } from './choose-decoder.ts';
import type { ColourPlan } from '../colour/plan-colour.ts';
import type { PaletteAim } from './palette-aim.ts';
import type { Crop, MetadataPolicy, Recipe } from '../model/recipe.ts';
import type { Note } from '../model/receipt.ts';
import type { Size } from '../pixels/resize.ts';

export type Plan = {
  readonly input: InputFormat;
  readonly output: InputFormat;
  /** The encoder's; empty where none is used. With a goal they are where its search begins. */
  readonly options: OptionValues;
  /** Upright size of the input, before it is turned and cropped as the recipe says. */
  readonly size: Size;
  /** All in all, from the pixels as they are stored to those of the result. */
  readonly turned: Orientation;
  /** Nothing but a smaller file of the same picture is wanted: where the result is no smaller, the bytes that came in are the result. */
  readonly keepsOriginal: boolean;
  /** The same where it is no smaller by this share of the bytes; only encoding again is measured by it. */
  readonly leastSaving: number;
  /** Bytes that no result may exceed; null for any. */
  readonly limit: number | null;
  /** Bytes of many images together, of which that is a share; absent for one alone. */
  readonly together?: number;
  readonly policy: MetadataPolicy;
  /** What metadata the Source has. */
  readonly metadata: readonly MetadataKind[];
  readonly traits: readonly Trait[];
  /** What is known to be lost, kept or changed before the work. */
  readonly notes: readonly Note[];
  /** Plans of other formats, each whole in itself: the smallest result is the one. Absent where the format is settled. */
  readonly rivals?: readonly Plan[];
} & Route;

/** What is searched for while the plan is carried out; null where the options say all. */
export type Goal =
  | {
      readonly kind: 'look';
      readonly look: number;
      /** The person's own options of the encoder, which no search changes. */
      readonly set: OptionValues;
      /** The quality that the Source was encoded with, where it may be at the look already: it is measured then. */
      readonly doubt: number | null;
    }
  | { readonly kind: 'size'; readonly bytes: number; readonly set: OptionValues };

export type Route =
  /** Not one coded sample changes: a PNG or a JPEG is packed better, a WebP is only cleaned. */
  | Optimise
  /** The blocks of a JPEG are put elsewhere, as they are. */
  | Rearrange
  /** The picture is left alone; only metadata is worked on. */
  | {
      readonly route: 'clean';
      /** Nothing else was wished for: then a file in which there is nothing to remove is no failure to make it smaller. */
      readonly wished: boolean;
    }
  /** An SVG is written more compactly; drawn, where that is still over a limit. */
  | { readonly route: 'minify'; readonly otherwise?: Plan & Transcode }
  /** Frames into an animated WebP, or into a GIF, which may be a still picture. */
  | Animate
  | Transcode;

export interface Optimise {
  readonly route: 'optimise';
  /** The same picture as a PNG with fewer colours, which is taken where it is smaller. */
  readonly fewerColours?: Plan & Transcode;
}

export interface Rearrange {
  readonly route: 'rearrange';
  readonly output: 'jpeg';
  /** From the pixels as they are stored. */
  readonly turn: Orientation;
  /** Pixels of the picture once it is turned; null for all of it. */
  readonly crop: Crop | null;
  /** For a picture whose blocks do not allow it. */
  readonly otherwise: Plan & Transcode;
}

export interface Animate {
  readonly route: 'animate';
  /** Of a frame once it is turned and cropped, before it is resized. */
  readonly frame: Size;
  readonly output: 'webp' | 'gif';
  /** Of a GIF. */
  readonly gif?: {
    /** Of GIF_LOSSES, where no look is searched. */
    readonly setting: number;
    /** The highest that there may be. */
    readonly most: number;
    readonly firstOnly: boolean;
  };
  readonly goal: Goal | null;
  readonly colour: Colour;
  readonly colourPlan: Pick<ColourPlan, 'action' | 'by'>;
  /** Still to be applied to each frame; 1 when the decoder does it. */
  readonly turn: Orientation;
  /** Pixels of a turned frame; null for all of it. */
  readonly crop: Crop | null;
  readonly resize: Transcode['resize'];
}

export interface Transcode {
  readonly route: 'transcode';
  readonly output: OutputFormat;
  readonly goal: Goal | null;
  readonly decoder: Decoder;
  readonly colour: Colour;
  readonly colourPlan: Pick<ColourPlan, 'action' | 'by'>;
  /** Still to be applied after decoding; 1 when the decoder does it. */
  readonly turn: Orientation;
  /** Pixels of the turned picture; null for all of it. */
  readonly crop: Crop | null;
  readonly resize: { readonly to: Size; readonly method: Recipe['resizeMethod'] } | null;
  /** #rrggbb, or null when the output keeps alpha. */
  readonly flattenOnto: string | null;
  /** Of a PNG that may have fewer colours. */
  readonly palette?: PaletteAim & {
    /** What else is to be said when it has them all. */
    readonly otherwise: readonly Note[];
  };
  /** Where nothing but a turn or a crop of a JPEG is wished: the same without another generation. It is tried when the Source is found to be at its aim, or encoding again saves nothing. */
  readonly rearranged?: Plan & Rearrange;
}

/** All of a plan that the pixels before the encoder depend on. */
export type Preparation = Pick<Plan, 'input' | 'size'> &
  Pick<Transcode, 'decoder' | 'colour' | 'colourPlan' | 'turn' | 'crop' | 'resize' | 'flattenOnto'>;
