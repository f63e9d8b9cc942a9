/** The coded picture as it came: packed better, and its metadata cleaned. Not one pixel changes. */
import { CompressionError } from '../errors.ts';
import type { OptionValues } from '../codecs/codec.ts';
import { optimisePng } from '../codecs/png.ts';
import { pngDigest } from '../decoders/png-pixels.ts';
import { minifySvg } from '../decoders/svg.ts';
import { optimiseJpeg } from '../jpeg/optimise-jpeg.ts';
import { startScanCoder } from '../jpeg/scan-coder.ts';
import type { Note } from '../model/receipt.ts';
import { cleanIn, withGreyProfile } from './carry-metadata.ts';
import type { Candidate, PipelineContext } from './pipeline-context.ts';
import type { Plan } from './plan.ts';

/** A Source that was found to be at its aim: not one coded sample changes. @param why it is left at that */
export async function packedAsItIs(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  context: PipelineContext,
  why: 'already-small' | 'fits-already' = 'already-small',
): Promise<Candidate> {
  const notes: Note[] = [
    { kind: 'kept', code: why },
    { kind: 'kept', code: 'lossless' },
  ];
  return cleaned({ ...plan, notes }, source, await optimise(plan, source, plan.options, context), null);
}

export async function cleaned(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  picture: Uint8Array<ArrayBuffer>,
  options: OptionValues | null,
): Promise<Candidate> {
  const { bytes, notes } = await cleanIn(picture, plan, picture !== source);
  return { bytes, ...plan.size, format: plan.output, options, notes: [...plan.notes, ...notes] };
}

/** The coded picture as it came, packed better where we know how. */
export async function optimise(
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
        return plan.metadata.includes('c2pa') && plan.policy !== 'strip'
          ? source
          : optimiseJpeg(source, await startScanCoder(context.load));
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

export async function minify(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  context: PipelineContext,
): Promise<Candidate> {
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
