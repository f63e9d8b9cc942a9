/** The smallest file that keeps a look: the quality is searched, and what each try gives is measured. */
import type { LoadWasm, OptionValues, Pixels, QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { difficultyOf, firstSetting } from './first-guess.ts';
import type { LookReference } from './metric.ts';
import { searchLook } from './search-look.ts';
import { decodeOnce, encodeOnce, takeWhole, type TrialContext } from './trial.ts';

/** A picture to be encoded, in one format or several; what is found out of it serves them all. */
export interface LookSubject {
  readonly pixels: Pixels;
  readonly reference: LookReference;
  readonly difficulty: number;
}

export interface LookRequest {
  readonly format: OutputFormat;
  readonly look: number;
  /** What the person has set of the encoder; it stays. */
  readonly set: OptionValues;
  readonly load: LoadWasm;
  readonly onTrial?: (() => void) | undefined;
  /** As many bytes and more are of no use: the search ends as soon as that is certain. */
  readonly worthBelow?: number;
}

export interface LookResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  /** As measured on these bytes. */
  readonly look: number;
}

/** A result from this far below its look to this far above it is as wished. */
const BELOW = 1.2;
const ABOVE = 1.4;
/** Further below, and no quality left: then without loss, if the format can. */
const MOST_BELOW = 2.5;
const MOST_TRIALS = 5;
/** Above this quality 4:2:0 pays for what chroma at full size gives for less. */
const CHROMA_QUALITY = 92;

/** @throws RangeError when there is no memory for it */
export async function lookSubject(pixels: Pixels, load: LoadWasm): Promise<LookSubject> {
  const difficulty = await difficultyOf(pixels, load);
  return { pixels, reference: await takeWhole(pixels, load), difficulty };
}

/**
 * @returns of all tries the one with the fewest bytes that keeps the look, or the one that comes nearest: then `look` says so.
 * @throws CompressionError `codec-failed`
 */
export async function encodeToLook(subject: LookSubject, request: LookRequest): Promise<LookResult> {
  const format = formats[request.format];
  if (!format.search) return withoutLoss(subject, request);
  const options: OptionValues = { ...format.optionsFor({ look: request.look }), ...request.set };
  const result = await searched(subject, request, format.search, options);
  const whole = format.search.wholeChroma;
  const isShort = result.look < request.look - MOST_BELOW;
  if (
    whole &&
    isHalved(options, whole, request.set) &&
    (isShort || Number(result.options['quality']) > CHROMA_QUALITY)
  ) {
    const other = await searched(subject, request, format.search, { ...options, ...whole });
    const isBetter = isShort ? other.look > result.look : other.bytes.length < result.bytes.length;
    if (isBetter && other.look >= Math.min(result.look, request.look - BELOW))
      return orWithoutLoss(subject, request, other);
  }
  return orWithoutLoss(subject, request, result);
}

async function searched(
  { pixels, reference, difficulty }: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
): Promise<LookResult> {
  const results = new Map<number, LookResult>();
  const context: TrialContext = request;
  const { best } = await searchLook({
    from: 0,
    to: search.qualities.length - 1,
    guess: firstSetting(search, request.look, difficulty),
    slope: slopeAt(search, request.look + difficulty),
    look: request.look,
    below: BELOW,
    above: ABOVE,
    most: MOST_TRIALS,
    worthBelow: request.worthBelow ?? Infinity,
    async probe(setting) {
      const settled = { ...options, quality: search.qualities[setting] ?? 0 };
      const bytes = await encodeOnce(pixels, settled, context);
      const look = reference.compare(await decodeOnce(bytes, context));
      results.set(setting, { bytes, options: settled, look });
      return { setting, look, bytes: bytes.length };
    },
  });
  return results.get(best.setting) as LookResult;
}

async function orWithoutLoss(subject: LookSubject, request: LookRequest, result: LookResult): Promise<LookResult> {
  const isShort = result.look < request.look - MOST_BELOW && request.worthBelow === undefined;
  return isShort && FORMAT_FACTS[request.format].lossless ? withoutLoss(subject, request) : result;
}

async function withoutLoss({ pixels }: LookSubject, request: LookRequest): Promise<LookResult> {
  const options: OptionValues = { ...formats[request.format].optionsFor('lossless'), ...request.set };
  return { bytes: await encodeOnce(pixels, options, request), options, look: 100 };
}

/** Whether the colours are halved, and the person has not said so. */
function isHalved(options: OptionValues, whole: OptionValues, set: OptionValues): boolean {
  const names = Object.keys(whole);
  return names.some((name) => options[name] !== whole[name]) && !names.some((name) => name in set);
}

/** Look a setting, by the typical qualities around. */
function slopeAt({ typical, qualities }: QualitySearch, look: number): number {
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
