/** What the user wants. Validated data: it comes from settings, presets and imported files. */
import * as v from 'valibot';
import { OUTPUT_FORMATS } from '../image/inspection.ts';
import { aimSchema, generalAimSchema } from './aim.ts';
import { encoderOptionsSchema } from './encoder-options.ts';
import { NAMED_LOOKS } from './looks.ts';

/** Sharp, with a trace of a halo; and softer, without. */
export const RESIZE_METHODS = ['lanczos3', 'mitchell'] as const;

const pixels = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** Never enlarges: a bound above the image's own size changes nothing. */
export const resizeSchema = v.variant('by', [
  v.strictObject({ by: v.literal('longest-side'), pixels }),
  v.strictObject({ by: v.literal('width'), pixels }),
  v.strictObject({ by: v.literal('height'), pixels }),
  v.strictObject({ by: v.literal('percent'), percent: v.pipe(v.number(), v.minValue(1), v.maxValue(100)) }),
  /** Within a box; or as large as the box, where the middle of its shape is kept and the rest is cut off. */
  v.strictObject({ by: v.picklist(['fit', 'fill']), width: pixels, height: pixels }),
]);

/** Clockwise, degrees. */
export const TURNS = [0, 90, 180, 270] as const;

const offset = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

/** How one image is turned and cropped: nothing that another image could have use for, so no preset and no setting has it. */
export const framingSchema = v.strictObject({
  turn: v.picklist(TURNS),
  /** Pixels of the image once it is upright and turned, before it is resized; of an SVG, at its own scale. Null for all of it. */
  crop: v.nullable(v.strictObject({ left: offset, top: offset, width: pixels, height: pixels })),
});

/** strip: all goes. protect: copyright, credit and provenance stay, what identifies a person or place goes. keep: all stays. */
export const METADATA_POLICIES = ['strip', 'protect', 'keep'] as const;

/** Who must be able to show what `auto` chooses: JPEG, PNG and WebP show everywhere, AVIF in all of today's browsers, JPEG XL in the newest. */
export const AUDIENCES = ['everywhere', 'modern', 'newest'] as const;

const settings = {
  /** same: that of the Source. auto: whichever is the smallest at the aim, among those that the audience can show. */
  format: v.picklist(['same', 'auto', ...OUTPUT_FORMATS]),
  audience: v.picklist(AUDIENCES),
  aim: generalAimSchema,
  resize: v.nullable(resizeSchema),
  resizeMethod: v.picklist(RESIZE_METHODS),
  metadata: v.picklist(METADATA_POLICIES),
  /** What transparent pixels are flattened onto where the output has no alpha: #rrggbb. */
  background: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)),
  /** An SVG's own size times this, when it is rasterised. */
  svgScale: v.pipe(v.number(), v.minValue(0.1), v.maxValue(16)),
  /** An animation: kept moving (animated WebP, or the original), or its first frame. */
  animation: v.picklist(['keep', 'first-frame']),
  /** A GIF, where the format is `same`. convert: to what is smallest and shows the same. keep: it stays a GIF, moving or not. */
  gif: v.optional(v.picklist(['convert', 'keep']), 'convert'),
  /** Absent: every encoder as the aim sets it. */
  options: v.optional(encoderOptionsSchema),
};

/** What may be for any image: of settings and presets. */
export const generalRecipeSchema = v.strictObject(settings);

/** What is for one image: absent framing leaves it as it is. */
export const recipeSchema = v.strictObject({ ...settings, aim: aimSchema, framing: v.optional(framingSchema) });

export type Recipe = v.InferOutput<typeof recipeSchema>;
export type Resize = NonNullable<Recipe['resize']>;
export type Framing = NonNullable<Recipe['framing']>;
export type Crop = NonNullable<Framing['crop']>;
export type Turn = Framing['turn'];
export type Audience = Recipe['audience'];
export type MetadataPolicy = Recipe['metadata'];

export const DEFAULT_RECIPE: Recipe = {
  format: 'same',
  audience: 'everywhere',
  aim: { kind: 'look', look: NAMED_LOOKS.balanced },
  resize: null,
  resizeMethod: 'lanczos3',
  metadata: 'protect',
  background: '#ffffff',
  svgScale: 1,
  animation: 'keep',
  gif: 'convert',
};
