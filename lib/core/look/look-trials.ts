/** Tries of an encoder's qualities on a picture or a sample of it, until one has the look. */
import type { OptionValues, QualitySearch } from '../codecs/codec.ts';
import { firstSetting, lowestSetting } from './first-guess.ts';
import { searchLook, type LookFound, type LookSearch, type WorthBelow } from './search-look.ts';
import type { Measured } from './subject.ts';
import { decodeOnce, encodeOnce, type TrialContext } from './trial.ts';

export interface LookRequest extends TrialContext {
  readonly look: number;
  /** What the person has set of the encoder; it stays. */
  readonly set: OptionValues;
  readonly worthBelow?: WorthBelow;
}

export interface LookResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  /** As measured on these bytes. */
  readonly look: number;
}

/** A result from this far below its look to this far above it is as wished. */
export const BELOW = 1.3;
export const ABOVE = 1.6;
const MOST_TRIALS = 4;

/** @throws CompressionError `codec-failed` */
export async function tried(
  { pixels, compare }: Measured,
  options: OptionValues,
  request: LookRequest,
): Promise<LookResult> {
  const bytes = await encodeOnce(pixels, options, request);
  return { bytes, options, look: compare(await decodeOnce(bytes, request)) };
}

/** @param change what is other than for a result: where to begin, how near to come */
export async function probed(
  subject: Measured,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  change: Partial<LookSearch>,
): Promise<{ results: Map<number, LookResult>; found: LookFound }> {
  const results = new Map<number, LookResult>();
  const found = await searchLook({
    from: lowestSetting(search, request.look),
    to: search.qualities.length - 1,
    guess: firstSetting(search, request.look, 0),
    slope: slopeAt(search, request.look),
    look: request.look,
    below: BELOW,
    above: ABOVE,
    most: MOST_TRIALS,
    ...(request.worthBelow && { worthBelow: request.worthBelow }),
    async probe(setting) {
      const result = await tried(subject, { ...options, quality: search.qualities[setting] ?? 0 }, request);
      results.set(setting, result);
      return { setting, look: result.look, bytes: result.bytes.length };
    },
    ...change,
  });
  return { results, found };
}

/** Look a setting, by the typical qualities around. */
export function slopeAt({ typical, qualities }: QualitySearch, look: number): number {
  const index = Math.min(
    typical.length - 1,
    Math.max(
      1,
      typical.findIndex(([at]) => at >= look),
    ),
  );
  const [before, after] = [typical[index - 1], typical[index]];
  if (!before || !after) return 1;
  const settings = qualities.filter((quality) => quality > before[1] && quality <= after[1]).length;
  return (after[0] - before[0]) / Math.max(1, settings);
}
