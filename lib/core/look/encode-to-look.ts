/**
 * The smallest file that keeps a look: the quality is searched, and what is given is measured. A large picture is searched on
 * a sample of it, which costs a tenth; then the whole is encoded, mostly once, and what the sample was off by is made good.
 */
import { typicalQuality, type LoadWasm, type OptionValues, type QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { lookOfSample, settingOf } from './sample-curve.ts';
import { searchLook, type LookSearch, type Probe } from './search-look.ts';
import type { LookSubject, Measured } from './subject.ts';
import { decodeOnce, encodeOnce, type TrialContext } from './trial.ts';

export interface LookRequest {
  readonly format: OutputFormat;
  readonly look: number;
  /** What the person has set of the encoder; it stays. */
  readonly set: OptionValues;
  readonly load: LoadWasm;
  readonly onTrial?: TrialContext['onTrial'];
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
const BELOW = 1.3;
const ABOVE = 1.6;
/** On a sample, where another try is cheap. */
const NEAR = 0.7;
/** Further below, and no quality left: then without loss, if the format can. */
const MOST_BELOW = 2.5;
const MOST_TRIALS = 5;
const MOST_ON_SAMPLE = 4;
const MOST_AFTER_SAMPLE = 3;
/** Above this quality 4:2:0 pays for what chroma at full size gives for less. */
const CHROMA_QUALITY = 92;

/**
 * @returns of all tries the one with the fewest bytes that keeps the look, or the one that comes nearest: then `look` says so.
 * @throws CompressionError `codec-failed`
 */
export async function encodeToLook(subject: LookSubject, request: LookRequest): Promise<LookResult> {
  const { search, optionsFor } = formats[request.format];
  if (!search) return withoutLoss(subject, request);
  const options: OptionValues = { ...optionsFor({ look: request.look }), ...request.set };
  const whole = search.wholeChroma && isHalved(options, search.wholeChroma, request.set) ? search.wholeChroma : null;
  const result = subject.sample
    ? await fromSample(subject, request, search, options, whole)
    : await directly(subject, request, search, options, whole);
  return orWithoutLoss(subject, request, result);
}

/** A small picture: each try is of the whole. */
async function directly(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  whole: OptionValues | null,
): Promise<LookResult> {
  const result = await searched(subject, request, search, options, {});
  if (!whole || !wantsWholeChroma(result, request.look)) return result;
  const other = await searched(subject, request, search, { ...options, ...whole }, {});
  return isBetter(other, result, request.look) ? other : result;
}

async function fromSample(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  whole: OptionValues | null,
): Promise<LookResult> {
  const look = lookOfSample(request.format, request.look);
  let curve = await probedOnSample(subject, request, look, search, options);
  let chosen = options;
  if (whole && wantsWholeChroma(curve.best, look)) {
    const other = await probedOnSample(subject, request, look, search, { ...options, ...whole });
    if (isBetter(other.best, curve.best, look)) [curve, chosen] = [other, { ...options, ...whole }];
  }
  const { setting, slope } = settingOf(curve.probes, look, slopeAt(search, look));
  return searched(subject, request, search, chosen, { guess: setting, slope, most: MOST_AFTER_SAMPLE });
}

interface Curve {
  readonly best: LookResult;
  readonly probes: readonly Probe[];
}

async function probedOnSample(
  subject: LookSubject,
  request: LookRequest,
  look: number,
  search: QualitySearch,
  options: OptionValues,
): Promise<Curve> {
  const { results, found } = await probed(await subject.onSample(), request, search, options, {
    look,
    below: NEAR,
    above: NEAR,
    most: MOST_ON_SAMPLE,
    worthBelow: Infinity,
  });
  return { best: results.get(found.best.setting) as LookResult, probes: found.probes };
}

async function searched(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  change: Partial<LookSearch>,
): Promise<LookResult> {
  const { results, found } = await probed(await subject.onWhole(), request, search, options, change);
  return results.get(found.best.setting) as LookResult;
}

async function probed(
  { pixels, compare }: Measured,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  change: Partial<LookSearch>,
): Promise<{ results: Map<number, LookResult>; found: Awaited<ReturnType<typeof searchLook>> }> {
  const results = new Map<number, LookResult>();
  const found = await searchLook({
    from: 0,
    to: search.qualities.length - 1,
    guess: firstSetting(search, request.look),
    slope: slopeAt(search, request.look),
    look: request.look,
    below: BELOW,
    above: ABOVE,
    most: MOST_TRIALS,
    worthBelow: request.worthBelow ?? Infinity,
    async probe(setting) {
      const settled = { ...options, quality: search.qualities[setting] ?? 0 };
      const bytes = await encodeOnce(pixels, settled, request);
      const look = compare(await decodeOnce(bytes, request));
      results.set(setting, { bytes, options: settled, look });
      return { setting, look, bytes: bytes.length };
    },
    ...change,
  });
  return { results, found };
}

function wantsWholeChroma(result: LookResult, look: number): boolean {
  return result.look < look - MOST_BELOW || Number(result.options['quality']) > CHROMA_QUALITY;
}

function isBetter(other: LookResult, result: LookResult, look: number): boolean {
  if (other.look < Math.min(result.look, look - BELOW)) return false;
  return result.look < look - MOST_BELOW ? other.look > result.look : other.bytes.length < result.bytes.length;
}

async function orWithoutLoss(subject: LookSubject, request: LookRequest, result: LookResult): Promise<LookResult> {
  const isShort = result.look < request.look - MOST_BELOW && request.worthBelow === undefined;
  if (!isShort || !FORMAT_FACTS[request.format].lossless) return result;
  // It needs twice the memory: of a large picture there may be no such file, and what there is, is measured.
  return withoutLoss(subject, request).catch(() => result);
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

/** The index of the quality that typically gives a look. */
function firstSetting(search: QualitySearch, look: number): number {
  return search.qualities.indexOf(typicalQuality(search, look));
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
