/** An animation that fits a number of bytes: first quality goes, then the size of its frames. No frame is dropped. */
import type { OptionValues } from '../codecs/codec.ts';
import { formats } from '../codecs/registry.ts';
import { CompressionError } from '../errors.ts';
import type { MetadataSet } from '../image/metadata/metadata-set.ts';
import { searchSize, type SizeSearch } from '../look/search-size.ts';
import { BYTES_BY_PIXELS, ENOUGH, LEAST_SIDE } from '../look/size-request.ts';
import { LOOK_FLOOR, NAMED_LOOKS } from '../model/looks.ts';
import type { Note } from '../model/receipt.ts';
import type { Size } from '../pixels/resize.ts';
import { animate } from './animate.ts';
import { carryInto } from './carry-metadata.ts';
import { gifSetting, NEARLY_EXACT } from './gif-losses.ts';
import type { Animate, Plan } from './plan.ts';
import type { EncodedImage, PipelineContext } from './pipeline-context.ts';

/** Each reads and codes every frame. */
const MOST_TRIES = 4;
/** libwebp's, below which frames show their blocks: fewer pixels look better then. */
const LEAST_QUALITY = 15;

/** @throws CompressionError `size-not-reached` with the smallest that was reached, and what `animate` throws */
export async function animateToSize(
  plan: Plan & Animate,
  limit: number,
  source: Uint8Array<ArrayBuffer>,
  metadataSet: MetadataSet,
  context: PipelineContext,
): Promise<EncodedImage> {
  const icc = metadataSet.icc && new Uint8Array(metadataSet.icc);
  const ladder = plan.gif ? gifLadder(plan.gif.most) : webpLadder();
  const full = plan.resize?.to ?? plan.frame;
  const longest = Math.max(full.width, full.height);
  const leastFactor = Math.min(1, LEAST_SIDE / longest);
  let smallest = Infinity;
  for (let factor = 1; ;) {
    const to = { width: scaled(full.width, factor), height: scaled(full.height, factor) };
    const results = new Map<number, EncodedImage>();
    const found = await searchSize({
      from: ladder.from,
      to: factor === 1 ? ladder.to : ladder.toWhenSmaller,
      guess: factor === 1 ? ladder.guess : ladder.guessWhenSmaller,
      growth: ladder.growth,
      limit,
      enough: ENOUGH,
      most: MOST_TRIES,
      async probe(setting) {
        const result = await animate(at(plan, to, factor, ladder.set(setting)), source, icc, context);
        results.set(setting, result);
        return { setting, bytes: (await carryInto(result, plan, metadataSet)).bytes.length };
      },
    });
    const best = found.best && results.get(found.best.setting);
    if (best && found.best)
      return {
        ...best,
        options: settingOf(plan, ladder.set(found.best.setting)).options,
        notes: [...best.notes, ...fewerPixels(full, to)],
      };
    smallest = Math.min(smallest, found.smallest.bytes);
    if (factor <= leastFactor)
      throw new CompressionError('size-not-reached', { kilobytes: limit / 1000, reached: Math.ceil(smallest / 1000) });
    const needed = (limit / found.smallest.bytes) ** (0.5 / BYTES_BY_PIXELS) * 0.97;
    factor = Math.max(leastFactor, factor * Math.min(0.9, needed));
  }
}

/** Of WebP's encoder, or of GIF_LOSSES. */
type Setting = { readonly options: OptionValues } | { readonly gif: number };

/** Settings from the smallest file to the largest. */
interface Ladder extends Pick<SizeSearch, 'from' | 'to' | 'guess' | 'growth'> {
  /** Of frames that were made smaller. */
  readonly toWhenSmaller: number;
  readonly guessWhenSmaller: number;
  set(setting: number): Setting;
}

function webpLadder(): Ladder {
  const { qualities = [] } = formats.webp.search ?? {};
  const to = qualities.length - 1;
  return {
    from: Math.max(0, qualities.indexOf(LEAST_QUALITY)),
    to,
    toWhenSmaller: to,
    guess: 70,
    guessWhenSmaller: 40,
    growth: Math.log(4) / (qualities.length / 2),
    set: (setting) => ({ options: { quality: qualities[setting] ?? 0 } }),
  };
}

function gifLadder(most: number): Ladder {
  return {
    from: gifSetting(LOOK_FLOOR),
    to: most,
    toWhenSmaller: NEARLY_EXACT,
    guess: gifSetting(NAMED_LOOKS.balanced),
    guessWhenSmaller: gifSetting(NAMED_LOOKS.small),
    growth: 0.045,
    set: (gif) => ({ gif }),
  };
}

function settingOf(plan: Plan & Animate, setting: Setting): Pick<Plan & Animate, 'options' | 'gif'> {
  if ('options' in setting) return { options: { ...plan.options, ...setting.options } };
  return { options: plan.options, ...(plan.gif && { gif: { ...plan.gif, setting: setting.gif } }) };
}

function at(plan: Plan & Animate, to: Size, factor: number, setting: Setting): Plan & Animate {
  return {
    ...plan,
    // That it is smaller than the Source is not what counts here.
    keepsOriginal: false,
    ...settingOf(plan, setting),
    resize: factor === 1 ? plan.resize : { to, method: plan.resize?.method ?? 'lanczos3' },
  };
}

function scaled(side: number, factor: number): number {
  return Math.max(1, Math.round(side * factor));
}

function fewerPixels(from: Size, to: Size): Note[] {
  if (from.width === to.width && from.height === to.height) return [];
  const parameters = { fromWidth: from.width, fromHeight: from.height, ...to };
  return [{ kind: 'lost', code: 'resized-to-fit', parameters }];
}
