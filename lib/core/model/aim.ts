/** What a result is to reach: a look, a size in bytes, a raw quality, no loss. */
import * as v from 'valibot';
import { LEAST_LOOK, MOST_LOOK } from './looks.ts';

/** Limits that are offered, in bytes where 1 kB is 1000. */
export const OFFERED_SIZES = [100_000, 200_000, 500_000, 1_000_000, 2_000_000] as const;
/** How many bytes a kB of a limit has: as the SI says, or as some programs and upload forms count. */
export const KILOBYTES = [1000, 1024] as const;
export type Kilobyte = (typeof KILOBYTES)[number];

/** An offered limit in bytes, counted so. */
export function limitOf(offered: number, kilobyte: Kilobyte): number {
  return offered >= 1_000_000 ? (offered / 1_000_000) * kilobyte ** 2 : (offered / 1000) * kilobyte;
}

export const LEAST_SIZE = 1000;
export const MOST_SIZE = 1_000_000_000;

/** Bytes: never more, metadata and profile counted. First quality goes, then pixels. */
const sizeEntries = {
  kind: v.literal('size'),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(LEAST_SIZE), v.maxValue(MOST_SIZE)),
};

/** What can be wished without a size. */
const otherAims = [
  /** To look like the original this much, by SSIMULACRA 2 as measured on the result; the encoder's quality is searched. */
  v.strictObject({
    kind: v.literal('look'),
    look: v.pipe(v.number(), v.integer(), v.minValue(LEAST_LOOK), v.maxValue(MOST_LOOK)),
  }),
  /** A raw quality, 1 to 100 on JPEG's scale; each other codec gets its setting of about the same look. */
  v.strictObject({
    kind: v.literal('quality'),
    quality: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  }),
  /** Not one pixel changes, where the output format can do that. */
  v.strictObject({ kind: v.literal('lossless') }),
  /** The coded pixels stay bit for bit; only metadata is worked on. */
  v.strictObject({ kind: v.literal('untouched') }),
] as const;

/** What a result is to reach, for any image. */
export const generalAimSchema = v.variant('kind', [...otherAims, v.strictObject(sizeEntries)]);

/** For one image: its bytes may be a share of a limit for many together, which is so many bytes and said in the receipt. */
export const aimSchema = v.variant('kind', [
  ...otherAims,
  v.strictObject({ ...sizeEntries, together: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) }),
]);

export type Aim = v.InferOutput<typeof aimSchema>;
