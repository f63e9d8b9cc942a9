/** What a reader in a page may answer: a page's word, which is checked. */
import * as v from 'valibot';
import type { Shown } from '../model/ladder.ts';
import { LONGEST_DISPOSITION, READ_FAILURES, type ReadAnswer } from './page-reader.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));

export const SHOWN: v.GenericSchema<unknown, Shown> = v.union([
  v.strictObject({ width: side, height: side }),
  v.picklist(['broken', 'unknown']),
]);

export const READ_ANSWER: v.GenericSchema<unknown, ReadAnswer> = v.strictObject({
  failure: v.nullable(v.picklist(READ_FAILURES)),
  shown: SHOWN,
  exact: v.boolean(),
  worker: v.boolean(),
  size: whole,
  status: v.pipe(whole, v.maxValue(999)),
  disposition: v.nullable(v.pipe(v.string(), v.maxLength(LONGEST_DISPOSITION))),
  finalUrl: v.pipe(v.string(), v.maxLength(2_100_000)),
});
