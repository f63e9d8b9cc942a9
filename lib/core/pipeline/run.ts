/** A plan, carried out: bytes in, bytes and a receipt out. Runs in a worker and in Node alike. */
import { CompressionError } from '../errors.ts';
import type { OptionValues, Pixels } from '../codecs/codec.ts';
import { optimisePng } from '../codecs/png.ts';
import { formats } from '../codecs/registry.ts';
import { bytesBesidePicture } from '../image/formats/other-parts.ts';
import type { InputFormat } from '../image/inspection.ts';
import type { MetadataSet } from '../image/metadata/metadata-set.ts';
import { pngDigest } from '../decoders/png-pixels.ts';
import { minifySvg } from '../decoders/svg.ts';
import { animate } from './animate.ts';
import { animateToSize } from './animate-to-size.ts';
import { carryInto, cleanIn, metadataOf, withGreyProfile } from './carry-metadata.ts';
import type { Movie } from '../animation/movie.ts';
import type { DecodeContext } from './decode.ts';
import { optimiseJpeg } from '../jpeg/optimise-jpeg.ts';
import { rearrangeJpeg } from '../jpeg/rearrange-jpeg.ts';
import { isOutputFormat } from '../image/format-facts.ts';
import { soundOf, type PixelStore } from './kept-pixels.ts';
import { type Animate, type Optimise, type Plan, type Rearrange, type Transcode } from './plan.ts';
import { statedLook } from '../model/looks.ts';
import type { Note, Receipt, Rival } from '../model/receipt.ts';
import type { PrepareInput } from './prepare.ts';
import { soundSource } from './sound-source.ts';
import type { Step } from './steps.ts';
import { transcode, transcodeToPalette } from './transcode.ts';

export interface PipelineContext extends DecodeContext {
  /** The browser's decoder of animations that ours do not read; null where it reads no such format. Absent in Node. */
  readonly openInBrowser?: (bytes: Uint8Array<ArrayBuffer>, input: InputFormat) => Promise<Movie | null>;
  /** Called as each step begins, so that a watchdog sees progress. */
  readonly onStep?: (step: Step) => void;
  /** ms, monotonic. */
  readonly now?: () => number;
  /** Where the Source is to be run again. */
  readonly store?: PixelStore;
}

export interface Compressed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly receipt: Receipt;
}

/** What a route gives, before metadata are put in. */
export interface EncodedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** The ICC profile that the pixels need; null when they are sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
  /** Where they were found by a search: the encoder's options; absent for those of the plan. */
  readonly options?: OptionValues;
  /** SSIMULACRA 2, where it was measured. */
  readonly look?: number;
  /** See `Candidate`. */
  readonly unfinished?: boolean;
}

/**
 * @param source the whole file.
 * @param drawn pixels that a document drew in place of a decoder (SVG).
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded, and what
 *   the plan's route throws.
 */
export async function runPlan(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  context: PipelineContext,
  drawn?: Pixels,
): Promise<Compressed> {
  const now = context.now ?? (() => performance.now());
  const began = now();
  const kept = context.store?.pixels ? soundOf(context.store.pixels, plan, source) : null;
  const sound = kept ?? (await soundSource(source, plan, context.load));
  const input = { file: source, source: sound, drawn };
  const run: RunOne = async (one, worthBelow) => {
    const made = await runRoute(one, input, context, worthBelow);
    return made && smallest(one, source, sound.bytes, made, context);
  };
  const { result, rivals } = await smallestFormat(plan, run);
  context.onStep?.('finish');
  if (plan.limit !== null && result.bytes.length > plan.limit)
    throw new CompressionError('size-not-reached', {
      kilobytes: plan.limit / 1000,
      reached: Math.ceil(result.bytes.length / 1000),
    });
  const { bytes, width, height, format, options, look } = result;
  const outcome = bytes.length < source.length ? 'smaller' : bytes === source ? 'original' : 'grown';
  return {
    bytes,
    receipt: {
      input: {
        format: plan.input,
        bytes: source.length,
        ...plan.size,
        ...(plan.traits.length > 0 && { traits: plan.traits }),
      },
      output: { format, bytes: bytes.length, width, height },
      outcome,
      milliseconds: Math.round(now() - began),
      codec: options && isOutputFormat(format) ? { format, encoder: formats[format].facts.encoder, options } : null,
      ...(look !== undefined && { look: statedLook(look) }),
      ...(rivals.length > 0 && { rivals }),
      notes: [
        ...sound.notes,
        ...result.notes,
        ...(plan.together ? [shareNote(plan.together)] : []),
        ...(options && bytes.length > source.length ? [{ kind: 'info', code: 'grown' } as const] : []),
      ],
    },
  };
}

function shareNote(bytes: number): Note {
  return { kind: 'info', code: 'share-of-total', parameters: { bytes } };
}

interface Candidate {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly format: InputFormat;
  /** Of the encoder; null when the coded picture is the one that came in. */
  readonly options: OptionValues | null;
  readonly notes: readonly Note[];
  readonly look?: number;
  /** The search ended before its aim, since it could not become smaller than what is there. */
  readonly unfinished?: boolean;
}

/** @param worthBelow as many bytes and more are of no use @returns null for a rival that was not tried */
type RunOne = (plan: Plan, worthBelow?: number) => Promise<Candidate | null>;

/** The plan's own format, then each other in turn; one that can't be written for this picture is no rival. */
async function smallestFormat(
  plan: Plan,
  run: RunOne,
): Promise<{ readonly result: Candidate; readonly rivals: readonly Rival[] }> {
  const first = await run(plan);
  if (!first) throw new CompressionError('codec-failed', { format: plan.output });
  let result: Candidate = first;
  const rivals: Rival[] = [];
  for (const other of plan.rivals ?? []) {
    const candidate: Candidate | null = await run(other, result.bytes.length).catch(orNone);
    if (!candidate) continue;
    const isBetter: boolean = candidate.unfinished !== true && candidate.bytes.length < result.bytes.length;
    const beaten: Candidate = isBetter ? result : candidate;
    rivals.push({ format: beaten.format, bytes: beaten.bytes.length, atLeast: beaten.unfinished === true });
    if (isBetter) result = candidate;
  }
  return { result, rivals };
}

function orNone(thrown: unknown): null {
  if (thrown instanceof CompressionError && thrown.code !== 'corrupt') return null;
  throw thrown;
}

/** The new file, or, where only a smaller one is wanted and it is not, the Source packed better or with its metadata cleaned, or as it is. */
async function smallest(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  sound: Uint8Array<ArrayBuffer>,
  made: Candidate,
  context: PipelineContext,
): Promise<Candidate> {
  const encodedAgain = plan.route === 'transcode' || plan.route === 'animate';
  if (plan.route === 'clean' && plan.wished) return made;
  // What was only left out with the file saves nothing on the picture.
  const lost = encodedAgain && losesParts(plan) ? bytesBesidePicture(source, plan.input) : 0;
  const isSmaller = made.bytes.length < source.length - lost;
  if (!plan.keepsOriginal && encodedAgain && !isSmaller && made.bytes.length < source.length)
    return { ...made, notes: [...made.notes, { kind: 'lost', code: 'saving-is-loss' }] };
  if (!plan.keepsOriginal || (!encodedAgain && isSmaller)) return made;
  // The bytes that came in have lost nothing: what would have been lost is not said.
  const moving = plan.notes.filter(({ code }) => code === 'animation-kept');
  const fits = plan.notes.filter(({ code }) => code === 'fits-already');
  const why: Note = { kind: 'kept', code: isSmaller ? 'already-small' : 'never-larger' };
  const original: Candidate = {
    bytes: source,
    ...plan.size,
    format: plan.input,
    options: null,
    notes: [...moving, ...(fits.length > 0 ? fits : [why])],
  };
  const kept = await smallestOfSame(plan, sound, original, isSmaller, context);
  return isSmaller && made.bytes.length < kept.bytes.length * (1 - plan.leastSaving) ? made : kept;
}

/** The video of a motion photo, or a gain map. */
function losesParts({ metadata }: Plan): boolean {
  return metadata.includes('motion-photo') || metadata.includes('gain-map');
}

/** Of the coded picture that came in: what the policy takes out is out of it, even where that makes it no smaller. */
async function smallestOfSame(
  plan: Plan,
  sound: Uint8Array<ArrayBuffer>,
  original: Candidate,
  isBeaten: boolean,
  context: PipelineContext,
): Promise<Candidate> {
  const packing =
    plan.route === 'animate' && plan.input === 'png' && !isBeaten ? formats.png.optionsFor('lossless') : null;
  const packed = packing ? await optimise(plan, sound, packing, context) : sound;
  const { bytes, notes } = await cleanIn(packed, plan, packed !== sound);
  if (bytes === sound) return { ...original, notes: [...original.notes, ...notes] };
  const moving = original.notes.filter(({ code }) => code === 'animation-kept');
  const code = bytes.length < original.bytes.length ? 'already-small' : 'never-larger-cleaned';
  return { ...original, bytes, options: packing, notes: [...moving, { kind: 'kept', code }, ...notes] };
}

async function runRoute(
  plan: Plan,
  input: PrepareInput,
  context: PipelineContext,
  worthBelow: number | undefined,
): Promise<Candidate | null> {
  const { bytes: source } = input.source;
  const metadataSet = metadataOf(source, plan.input);
  const icc = metadataSet.icc && new Uint8Array(metadataSet.icc);
  switch (plan.route) {
    case 'transcode': {
      const made = await transcode(plan, { ...input, metadataSet, worthBelow }, context);
      if (made === 'no-rival') return null;
      if (made === 'at-look')
        return plan.rearranged
          ? runRoute(plan.rearranged, input, context, worthBelow)
          : packedAsItIs(plan, source, context);
      const encoded = await encodedAs(plan, made, metadataSet);
      if (!plan.rearranged || encoded.bytes.length < source.length) return encoded;
      const rearranged = await rearrange(plan.rearranged, source, metadataSet, context);
      return rearranged && rearranged.bytes.length < encoded.bytes.length ? rearranged : encoded;
    }
    case 'rearrange':
      return (
        (await rearrange(plan, source, metadataSet, context)) ?? runRoute(plan.otherwise, input, context, worthBelow)
      );
    case 'animate':
      return encodedAs(
        plan,
        plan.goal?.kind === 'size'
          ? await animateToSize(plan, plan.goal.bytes, source, metadataSet, context)
          : await animate(plan, source, icc, context),
        metadataSet,
      );
    case 'optimise':
      return packedOrFewerColours(plan, input, icc, context, metadataSet);
    case 'clean':
      return cleaned(plan, source, source, null);
    case 'minify':
      return minify(plan, source, context);
  }
}

/** Without a loss, or with fewer colours, whichever is smaller. */
async function packedOrFewerColours(
  plan: Plan & Optimise,
  input: PrepareInput,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
  metadataSet: MetadataSet,
): Promise<Candidate> {
  const { bytes: source } = input.source;
  const options = plan.input === 'png' ? plan.options : null;
  const packed = await cleaned(plan, source, await optimise(plan, source, plan.options, context), options);
  const { fewerColours } = plan;
  if (!fewerColours) return packed;
  const image = await transcodeToPalette(fewerColours, input, icc, context);
  if (!image) return packed;
  const reduced = await encodedAs(fewerColours, image, metadataSet);
  return reduced.bytes.length < packed.bytes.length ? reduced : packed;
}

async function encodedAs(
  plan: Plan & (Transcode | Animate),
  made: EncodedImage,
  metadataSet: MetadataSet,
): Promise<Candidate> {
  const { bytes, notes } = await carryInto(made, plan, metadataSet);
  return {
    bytes,
    width: made.width,
    height: made.height,
    format: plan.output,
    options: made.options ?? plan.options,
    notes: [...plan.notes, ...made.notes, ...notes],
    ...(made.look !== undefined && { look: made.look }),
    ...(made.unfinished && { unfinished: true }),
  };
}

/** A Source that was found to be at its aim: not one coded sample changes. */
async function packedAsItIs(plan: Plan, source: Uint8Array<ArrayBuffer>, context: PipelineContext): Promise<Candidate> {
  const notes: Note[] = [
    { kind: 'kept', code: 'already-small' },
    { kind: 'kept', code: 'lossless' },
  ];
  return cleaned({ ...plan, notes }, source, await optimise(plan, source, plan.options, context), null);
}

/** Null where the blocks do not allow it, or it is over the limit. */
async function rearrange(
  plan: Plan & Rearrange,
  source: Uint8Array<ArrayBuffer>,
  metadataSet: MetadataSet,
  { onStep }: PipelineContext,
): Promise<Candidate | null> {
  onStep?.('encode');
  const moved = movedBlocks(source, plan);
  if (!moved) return null;
  const { width, height } = moved;
  const profile = metadataSet.icc && new Uint8Array(metadataSet.icc);
  const { bytes, notes } = await carryInto({ ...moved, profile, notes: [] }, plan, metadataSet);
  if (plan.limit !== null && bytes.length > plan.limit) return null;
  return { bytes, width, height, format: plan.output, options: null, notes: [...plan.notes, ...notes] };
}

/** A file that is not read to its end is none to be written anew from its blocks. */
function movedBlocks(source: Uint8Array<ArrayBuffer>, { turn, crop }: Rearrange): ReturnType<typeof rearrangeJpeg> {
  try {
    return rearrangeJpeg(source, turn, crop);
  } catch (thrown) {
    if (thrown instanceof CompressionError && thrown.code !== 'internal') return null;
    throw thrown;
  }
}

async function cleaned(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  picture: Uint8Array<ArrayBuffer>,
  options: OptionValues | null,
): Promise<Candidate> {
  const { bytes, notes } = await cleanIn(picture, plan, picture !== source);
  return { bytes, ...plan.size, format: plan.output, options, notes: [...plan.notes, ...notes] };
}

/** The coded picture as it came, packed better where we know how. */
async function optimise(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  options: OptionValues,
  context: PipelineContext,
): Promise<Uint8Array<ArrayBuffer>> {
  context.onStep?.('encode');
  try {
    switch (plan.input) {
      case 'png':
        return await optimiseCheckedPng(source, options, context);
      // The few bytes of a better packing are no reason to break the signature of its content credentials.
      case 'jpeg':
        return plan.metadata.includes('c2pa') && plan.policy !== 'strip' ? source : optimiseJpeg(source);
      default:
        return source;
    }
  } catch (thrown) {
    // A JPEG that cannot be written again is as small as it gets: its picture was not looked at, and is not lost.
    if (plan.input === 'jpeg' && thrown instanceof CompressionError) return source;
    throw CompressionError.from(thrown, 'corrupt');
  }
}

/** Its pixels are compared with those that came, as a JPEG's coefficients are: where they differ the file stays as it was. */
async function optimiseCheckedPng(
  source: Uint8Array<ArrayBuffer>,
  options: OptionValues,
  { load }: PipelineContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const hiddenMayChange = options['optimiseAlpha'] === true;
  const before = await pngDigest(source, hiddenMayChange);
  try {
    const packed = await withGreyProfile(source, await optimisePng(source, options, load));
    return (await pngDigest(packed, hiddenMayChange)) === before ? packed : source;
  } catch {
    // oxipng throws words of its own; the picture was read a moment ago.
    return source;
  }
}

async function minify(plan: Plan, source: Uint8Array<ArrayBuffer>, context: PipelineContext): Promise<Candidate> {
  context.onStep?.('encode');
  const { bytes, notes } = await cleanIn(source, plan);
  return {
    bytes: await minifySvg(bytes),
    ...plan.size,
    format: plan.output,
    options: null,
    notes: [...plan.notes, ...notes],
  };
}
