/**
 * The smallest file that keeps a look: the quality is searched, and what is given is measured. The whole is encoded mostly once,
 * at what a draft or a sample says, and what the guess was off by is made good.
 */
import type { OptionValues, QualitySearch } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { FORMAT_FACTS } from '../image/format-facts.ts';
import { BELOW, probed, type LookRequest, type LookResult } from './look-trials.ts';
import { startOf, type SearchStart } from './search-start.ts';
import type { LookSubject } from './subject.ts';
import { encodeOnce } from './trial.ts';

/** Further below, and no quality left: then without loss, if the format can. */
const MOST_BELOW = 2.5;
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
  const whole = search.wholeChroma;
  const halved = whole !== null && isHalved(options, whole, request.set);
  const start = await startOf(subject, request, search, options, halved);
  const result = start && (await searched(subject, request, search, options, start));
  if (result && !(halved && wantsWholeChroma(result, request.look))) return orWithoutLoss(subject, request, result);
  const kept: OptionValues = { ...options, ...whole };
  // Whole colours need more memory, which there may not be: what there is, is a result.
  const other = await startOf(subject, request, search, kept, false)
    .then((from) => from && searched(subject, request, search, kept, from))
    .catch((thrown: unknown) => {
      if (!result) throw thrown;
      return null;
    });
  const best = !result || (other && isBetter(other, result, request.look)) ? other : result;
  if (!best) throw new Error('given up twice');
  return orWithoutLoss(subject, request, best);
}

async function searched(
  subject: LookSubject,
  request: LookRequest,
  search: QualitySearch,
  options: OptionValues,
  start: SearchStart | LookResult,
): Promise<LookResult> {
  if ('bytes' in start) return start;
  const { results, found } = await probed(await subject.onWhole(), request, search, options, start);
  return results.get(found.best.setting) as LookResult;
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
