/**
 * The smallest file that keeps a look. The quality is searched on a sample of the picture, and what it gives for the whole
 * is measured; where that is off, the sample's curve says by how much the quality must change.
 */
import { typicalQuality, type LoadWasm, type OptionValues, type Pixels, type QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { OutputFormat } from '../image/inspection.ts';
import { takeReference } from './metric.ts';
import { takeSample } from './sample.ts';
import { clamp, searchLook, settingAt, type LookFound, type Probe } from './search-look.ts';
import { decodeOnce, encodeOnce, takeWhole, type TrialContext } from './trial.ts';

export interface LookRequest {
  readonly pixels: Pixels;
  readonly format: OutputFormat;
  readonly look: number;
  /** What the person has set of the encoder; it stays. */
  readonly set?: OptionValues | undefined;
  readonly load: LoadWasm;
  readonly onTrial?: (() => void) | undefined;
}

export interface LookResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly options: OptionValues;
  /** As measured on these bytes. */
  readonly look: number;
}

/** A result is as wished from 0.5 below its look to 1 above. */
const BELOW = 0.5;
const ABOVE = 1;
/** Further below than this a result is not left while another way is there. */
const MOST_BELOW = 2.5;
const SAMPLE_SHARE = 0.2;
const MOST_SAMPLE = 600_000;
const MOST_PROBES = 6;
/** Full encodes after the first, where its look was not as wished. */
const MOST_CORRECTIONS = 2;
/** Above this quality 4:2:0 pays for what chroma at full size gives. */
const CHROMA_QUALITY = 90;

/** @throws CompressionError `codec-failed` */
export async function encodeToLook(request: LookRequest): Promise<LookResult> {
  const prepared = await findQuality(request);
  return prepared === null ? lossless(request) : finish(request, prepared);
}

/** What a search on the sample gave. */
export interface FoundQuality {
  readonly options: OptionValues;
  readonly found: LookFound;
  /** Pixels of the whole to one of the sample: 1 when they are the same. */
  readonly scale: number;
  /** Bytes to be expected of the whole. */
  readonly bytes: number;
  /** The file, where the sample is the whole. */
  readonly file: Uint8Array<ArrayBuffer> | null;
}

/**
 * The first half of the work: the quality, by the sample.
 * @param worthBelow ends the search once it is certain that the whole will have as many bytes.
 * @returns null when the encoder knows no loss, or none of its qualities comes near the look, and without loss it can.
 */
export async function findQuality(request: LookRequest, worthBelow = Infinity): Promise<FoundQuality | null> {
  const format = formats[request.format];
  const { search } = format;
  if (!search) return null;
  const sample = takeSample(request.pixels, SAMPLE_SHARE, MOST_SAMPLE);
  const reference = await takeReference(sample.pixels, request.load);
  const context = contextOf(request);

  async function searched(options: OptionValues, { qualities }: QualitySearch, guess: number): Promise<FoundQuality> {
    const files = new Map<number, Uint8Array<ArrayBuffer>>();
    const found = await searchLook({
      from: 0,
      to: qualities.length - 1,
      guess: nearest(qualities, guess),
      slope: slopeAt(search as QualitySearch, request.look),
      look: request.look,
      below: BELOW,
      above: ABOVE,
      most: MOST_PROBES,
      worthBelow: worthBelow / sample.scale,
      async probe(setting) {
        const file = await encodeOnce(sample.pixels, { ...options, quality: qualities[setting] ?? 0 }, context);
        files.set(setting, file);
        return { setting, bytes: file.length, look: reference.compare(await decodeOnce(file, context)) };
      },
    });
    const { setting, bytes } = found.best;
    return {
      options: { ...options, quality: qualities[setting] ?? 0 },
      found,
      scale: sample.scale,
      bytes: Math.round(bytes * sample.scale),
      file: sample.scale === 1 ? (files.get(setting) ?? null) : null,
    };
  }

  const options: OptionValues = { ...format.optionsFor({ look: request.look }), ...request.set };
  let chosen = await searched(options, search, typicalQuality(search, request.look));
  const whole = search.wholeChroma;
  if (whole && isHalved(options, whole, request.set) && needsWholeChroma(chosen)) {
    const other = await searched({ ...options, ...whole }, search, typicalQuality(search, request.look));
    if (other.found.reached && (!chosen.found.reached || other.bytes < chosen.bytes)) chosen = other;
    else if (!chosen.found.reached && other.found.best.look > chosen.found.best.look) chosen = other;
  }
  const isFarBelow = chosen.found.best.look < request.look - MOST_BELOW && worthBelow === Infinity;
  return isFarBelow && canBeLossless(request) ? null : chosen;
}

/** The second half: the whole at that quality, or near it. */
export async function finish(request: LookRequest, prepared: FoundQuality): Promise<LookResult> {
  const { options, found, file } = prepared;
  if (file) return { bytes: file, options, look: found.best.look };
  const { search } = formats[request.format];
  if (!search) return lossless(request);
  const context = contextOf(request);
  const reference = await takeWhole(request.pixels, request.load);
  const results = new Map<number, LookResult>();
  let setting = found.best.setting;
  for (let correction = 0; correction <= MOST_CORRECTIONS && !results.has(setting); correction++) {
    const settled = { ...options, quality: search.qualities[setting] ?? 0 };
    const bytes = await encodeOnce(request.pixels, settled, context);
    const look = reference.compare(await decodeOnce(bytes, context));
    results.set(setting, { bytes, options: settled, look });
    if (isAsWished(look, request.look)) break;
    setting = correctedSetting(request.look, probesOf(results), found, search);
  }
  const best = results.get(bestOf(probesOf(results), request.look).setting);
  if (!best || (best.look < request.look - MOST_BELOW && canBeLossless(request))) return lossless(request);
  return best;
}

function isAsWished(look: number, wished: number): boolean {
  return look >= wished - BELOW && look <= wished + ABOVE;
}

function probesOf(results: ReadonlyMap<number, LookResult>): Probe[] {
  return [...results]
    .map(([setting, { look, bytes }]) => ({ setting, look, bytes: bytes.length }))
    .sort((one, other) => one.setting - other.setting);
}

/** By the whole's own tries where there are two; by the sample's curve, moved to where the first try lies, where there is one. */
function correctedSetting(look: number, tried: readonly Probe[], found: LookFound, search: QualitySearch): number {
  const slope = slopeAt(search, look);
  const target = look + (ABOVE - BELOW) / 2;
  const [first] = tried;
  const exact =
    tried.length > 1 || !first
      ? settingAt(target, tried, slope)
      : first.setting + settingAt(target, found.probes, slope) - settingAt(first.look, found.probes, slope);
  return clamp(Math.round(exact), 0, search.qualities.length - 1);
}

/** The fewest bytes among those that keep the look; else the best look. */
function bestOf(probes: readonly Probe[], look: number): Probe {
  const keeping = probes.filter((probe) => probe.look >= look - BELOW);
  return keeping.length
    ? keeping.reduce((one, other) => (other.bytes < one.bytes ? other : one))
    : probes.reduce((one, other) => (other.look > one.look ? other : one));
}

async function lossless(request: LookRequest): Promise<LookResult> {
  const options: OptionValues = { ...formats[request.format].optionsFor('lossless'), ...request.set };
  return { bytes: await encodeOnce(request.pixels, options, contextOf(request)), options, look: 100 };
}

function canBeLossless({ format }: LookRequest): boolean {
  return FORMAT_FACTS[format].lossless;
}

function contextOf({ format, load, onTrial }: LookRequest): TrialContext {
  return { format, load, onTrial };
}

/** Whether the colours are halved, and the person has not said so. */
function isHalved(options: OptionValues, whole: OptionValues, set: OptionValues | undefined): boolean {
  const names = Object.keys(whole);
  return names.some((name) => options[name] !== whole[name]) && !names.some((name) => name in (set ?? {}));
}

function needsWholeChroma({ found, options }: FoundQuality): boolean {
  return !found.reached || Number(options['quality']) >= CHROMA_QUALITY;
}

/** Look a setting, by the typical qualities around. */
function slopeAt({ typical, qualities }: QualitySearch, look: number): number {
  const index = clamp(
    typical.findIndex(([at]) => at >= look),
    1,
    typical.length - 1,
  );
  const [before, after] = [typical[index - 1], typical[index]];
  if (!before || !after) return 1;
  const settings = nearest(qualities, after[1]) - nearest(qualities, before[1]);
  return (after[0] - before[0]) / Math.max(1, settings);
}

function nearest(qualities: readonly number[], quality: number): number {
  return qualities.reduce(
    (best, at, index) => (Math.abs(at - quality) < Math.abs((qualities[best] ?? 0) - quality) ? index : best),
    0,
  );
}
