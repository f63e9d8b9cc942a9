/** One plan's route, from the Source to a whole file. */
import { CompressionError } from '../errors.ts';
import type { MetadataSet } from '../image/metadata/metadata-set.ts';
import { startScanCoder, type ScanCoder } from '../jpeg/scan-coder.ts';
import { rearrangeJpeg } from '../jpeg/rearrange-jpeg.ts';
import type { WorthBelow } from '../look/search-look.ts';
import { animate } from './animate.ts';
import { animateToSize } from './animate-to-size.ts';
import { carryInto, metadataOf } from './carry-metadata.ts';
import { cleaned, minify, optimise, packedAsItIs } from './pack.ts';
import type { Candidate, EncodedImage, PipelineContext } from './pipeline-context.ts';
import type { Animate, Optimise, Plan, Rearrange, Transcode } from './plan.ts';
import { elsewhereOr } from './parts.ts';
import type { PrepareInput } from './prepare.ts';
import { transcode, transcodeToPalette } from './transcode.ts';

/** @param worthBelow bytes, where it is a rival @returns null for a rival that was not tried */
export async function runRoute(
  plan: Plan,
  input: PrepareInput,
  context: PipelineContext,
  worthBelow: WorthBelow | undefined,
): Promise<Candidate | null> {
  const { bytes: source } = input.source;
  const metadataSet = metadataOf(source, plan.input);
  const icc = metadataSet.icc && new Uint8Array(metadataSet.icc);
  switch (plan.route) {
    case 'transcode': {
      const packed = await fittingAsItIs(plan, source, context);
      if (packed) return packed;
      const image = await transcode(plan, { ...input, metadataSet, worthBelow }, context);
      if (image === 'no-rival') return null;
      if (image === 'at-look')
        return plan.rearranged
          ? runRoute(plan.rearranged, input, context, worthBelow)
          : packedAsItIs(plan, source, context);
      const encoded = await encodedAs(plan, image, metadataSet);
      if (!plan.rearranged || encoded.bytes.length < source.length) return encoded;
      const rearranged = await rearrange(plan.rearranged, source, metadataSet, context);
      return rearranged && rearranged.bytes.length < encoded.bytes.length ? rearranged : encoded;
    }
    case 'rearrange':
      return (
        (await rearrange(plan, source, metadataSet, context)) ?? runRoute(plan.otherwise, input, context, worthBelow)
      );
    case 'animate': {
      const image =
        plan.goal?.kind === 'size'
          ? await animateToSize(plan, plan.goal.bytes, source, metadataSet, context)
          : await animate(plan, source, icc, context);
      return image.bytes === source
        ? { ...(await cleaned(plan, source, source, null)), format: plan.input }
        : encodedAs(plan, image, metadataSet);
    }
    case 'optimise':
      return packedOrFewerColours(plan, input, context);
    case 'clean':
      return cleaned(plan, source, source, null);
    case 'minify': {
      const small = await minify(plan, source, context);
      const fits = plan.limit === null || small.bytes.length <= plan.limit;
      return fits || !plan.otherwise || !input.drawn ? small : runRoute(plan.otherwise, input, context, worthBelow);
    }
  }
}

/** A Source over its limit that is within it once it is packed better and its metadata are cleaned; null for any other. */
async function fittingAsItIs(
  plan: Plan & Transcode,
  source: Uint8Array<ArrayBuffer>,
  context: PipelineContext,
): Promise<Candidate | null> {
  const { goal, keepsOriginal, input, output, colourPlan } = plan;
  if (goal?.kind !== 'size' || !keepsOriginal || input !== output || colourPlan.action === 'convert') return null;
  // It takes a while, and a PNG is packed at its turn.
  if (input === 'png' || source.length > goal.bytes * MOST_BY_PACKING) return null;
  const packed = await packedAsItIs(plan, source, context, 'fits-already');
  return packed.bytes.length <= goal.bytes ? packed : null;
}

/** Times a limit that packing and cleaning may bring a file down by: thumbnails and profiles in a small picture. */
const MOST_BY_PACKING = 2;

/** Without a loss, or with fewer colours, whichever is smaller. */
async function packedOrFewerColours(
  plan: Plan & Optimise,
  input: PrepareInput,
  context: PipelineContext,
): Promise<Candidate> {
  const { bytes: source } = input.source;
  const options = plan.input === 'png' ? plan.options : null;
  const packed = await cleaned(plan, source, await optimise(plan, source, plan.options, context), options);
  const { fewerColours } = plan;
  if (!fewerColours) return packed;
  const here = (): Promise<Candidate | null> => withFewerColours(fewerColours, input, context);
  const reduced = await elsewhereOr(here, fewerColours, context);
  return reduced && reduced.bytes.length < packed.bytes.length ? reduced : packed;
}

/** @returns null where none looks well enough */
export async function withFewerColours(
  plan: Plan & Transcode,
  input: PrepareInput,
  context: PipelineContext,
): Promise<Candidate | null> {
  const metadataSet = metadataOf(input.source.bytes, plan.input);
  const icc = metadataSet.icc && new Uint8Array(metadataSet.icc);
  const image = await transcodeToPalette(plan, input, icc, context);
  return image && encodedAs(plan, image, metadataSet);
}

async function encodedAs(
  plan: Plan & (Transcode | Animate),
  image: EncodedImage,
  metadataSet: MetadataSet,
): Promise<Candidate> {
  const { bytes, notes } = await carryInto(image, plan, metadataSet);
  return {
    bytes,
    width: image.width,
    height: image.height,
    format: plan.output,
    options: image.options ?? plan.options,
    notes: [...plan.notes, ...image.notes, ...notes],
    ...(image.look !== undefined && { look: image.look }),
    ...(image.unfinished && { unfinished: true }),
  };
}

/** Null where the blocks do not allow it, or it is over the limit. */
async function rearrange(
  plan: Plan & Rearrange,
  source: Uint8Array<ArrayBuffer>,
  metadataSet: MetadataSet,
  { onStep, load }: PipelineContext,
): Promise<Candidate | null> {
  onStep?.('encode');
  const moved = movedBlocks(source, plan, await startScanCoder(load));
  if (!moved) return null;
  const { width, height } = moved;
  const profile = metadataSet.icc && new Uint8Array(metadataSet.icc);
  const { bytes, notes } = await carryInto({ ...moved, profile, notes: [] }, plan, metadataSet);
  if (plan.limit !== null && bytes.length > plan.limit) return null;
  return { bytes, width, height, format: plan.output, options: null, notes: [...plan.notes, ...notes] };
}

/** A file that is not read to its end is none to be written anew from its blocks. */
function movedBlocks(
  source: Uint8Array<ArrayBuffer>,
  { turn, crop }: Rearrange,
  coder: ScanCoder,
): ReturnType<typeof rearrangeJpeg> {
  try {
    return rearrangeJpeg(source, turn, crop, coder);
  } catch (thrown) {
    if (thrown instanceof CompressionError && thrown.code !== 'internal') return null;
    throw thrown;
  }
}
