/** What one finished image adds to the statistics, as far as the person lets it be counted. Pure. */
import * as v from 'valibot';
import type { Receipt } from '../../core/model/receipt.ts';
import { INPUT_FORMATS } from '../../core/image/inspection.ts';
import type { StatisticsChoice } from './choice.ts';
import { BROWSERS, SYSTEMS } from './environment.ts';
import type { Environment } from './environment.ts';

const formatSchema = v.picklist(INPUT_FORMATS);
const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const sumSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

/**
 * Sums over all images that are alike in month, formats, browser, system and cores. There is no row for an image: what
 * is kept is how often, and sums. A field that was not counted is not there. `count` of a sum tells over how many images it goes.
 */
export const bucketSchema = v.strictObject({
  /** `2026-11`, or `earlier` for all that is older than two years. */
  month: v.optional(v.pipe(v.string(), v.regex(/^(\d{4}-(0[1-9]|1[0-2])|earlier)$/))),
  formats: v.optional(v.strictObject({ input: formatSchema, output: formatSchema })),
  browser: v.optional(
    v.strictObject({
      name: v.picklist(BROWSERS),
      version: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9999)),
    }),
  ),
  system: v.optional(v.picklist(SYSTEMS)),
  cores: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))),
  count: countSchema,
  /** Bytes. */
  sizes: v.optional(v.strictObject({ count: countSchema, before: sumSchema, after: sumSchema })),
  /** The sum of output by input. */
  ratio: v.optional(v.strictObject({ count: countSchema, sum: sumSchema })),
  milliseconds: v.optional(v.strictObject({ count: countSchema, sum: sumSchema })),
});
export type Bucket = v.InferOutput<typeof bucketSchema>;

/** Of all that a Receipt tells, what statistics may know. */
export type CountedReceipt = Pick<Receipt, 'milliseconds'> & {
  readonly input: Pick<Receipt['input'], 'format' | 'bytes'>;
  readonly output: Pick<Receipt['output'], 'format' | 'bytes'>;
};

/** @param now ms since the epoch; of it, the month in the person's own time zone is counted */
export function bucketOf(
  receipt: CountedReceipt,
  environment: Environment,
  now: number,
  { fields }: StatisticsChoice,
): Bucket {
  const { input, output, milliseconds } = receipt;
  return {
    ...(fields.month && { month: monthOf(now) }),
    ...(fields.formats && { formats: { input: input.format, output: output.format } }),
    ...(fields.browser && { browser: environment.browser }),
    ...(fields.system && { system: environment.system }),
    ...(fields.cores && { cores: environment.cores }),
    count: 1,
    ...(fields.sizes && { sizes: { count: 1, before: input.bytes, after: output.bytes } }),
    ...(fields.ratio && input.bytes > 0 && { ratio: { count: 1, sum: output.bytes / input.bytes } }),
    ...(fields.milliseconds && { milliseconds: { count: 1, sum: Math.max(0, Math.round(milliseconds)) } }),
  };
}

export function monthOf(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}
