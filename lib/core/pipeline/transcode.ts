/** A still picture on its way: prepared, then encoded as the plan says, or as its goal is best reached. */
import { CompressionError } from '../errors.ts';
import type { Pixels } from '../codecs/codec.ts';
import { checkEncoder, hasRoomForAlpha } from '../codecs/heap.ts';
import { formats } from '../codecs/registry.ts';
import type { MetadataSet } from '../image/metadata/metadata-set.ts';
import { lookWhenEncodedAgain } from '../look/already-at-look.ts';
import { hasFewColours } from '../look/few-colours.ts';
import { encodeToLook } from '../look/encode-to-look.ts';
import { encodeToSize } from '../look/encode-to-size.ts';
import type { WorthBelow } from '../look/search-look.ts';
import { lookSubject } from '../look/subject.ts';
import { encoderFor, takeWhole } from '../look/trial.ts';
import { statedLook } from '../model/looks.ts';
import type { Note } from '../model/receipt.ts';
import type { LookAim } from '../pixels/quantise/fewer-colours.ts';
import { encodePalettePng } from '../pixels/quantise/palette-png.ts';
import { resizePixels } from '../pixels/resize.ts';
import { usesAlpha } from '../pixels/turn-and-flatten.ts';
import { carryInto } from './carry-metadata.ts';
import type { PaletteAim } from './palette-aim.ts';
import type { Goal, Plan, Transcode } from './plan.ts';
import { prepare, type PrepareInput } from './prepare.ts';
import type { Prepared } from './kept-pixels.ts';
import type { EncodedImage, PipelineContext } from './pipeline-context.ts';

export interface TranscodeInput extends PrepareInput {
  readonly metadataSet: MetadataSet;
  /** Absent where there is nothing to be smaller than. */
  readonly worthBelow: WorthBelow | undefined;
}

/**
 * @returns at-look: the Source is found to be at the look that is wished already, and another generation only takes away.
 *   no-rival: a photograph, for which a lossless format need not be tried against another.
 * @throws CompressionError `corrupt` when it cannot be decoded, `codec-failed` when it cannot be encoded, `size-not-reached`,
 *   `too-much-memory` when it has alpha that its header did not tell of, and the encoder no room for it
 */
export async function transcode(
  plan: Plan & Transcode,
  input: TranscodeInput,
  context: PipelineContext,
): Promise<EncodedImage | 'at-look' | 'no-rival'> {
  const { icc } = input.metadataSet;
  const prepared = await prepare(plan, input, icc && new Uint8Array(icc), context);
  checkMemory(plan, prepared.pixels);
  const isRival = input.worthBelow !== undefined;
  if (isRival && plan.output === 'png' && !hasFewColours(prepared.pixels)) return 'no-rival';
  // PNG has no quality to search: its palette is what a look allows.
  const isSearched = formats[plan.output].search !== null;
  switch (plan.goal?.kind) {
    case 'look':
      if (!isSearched) return asPlanned(plan, prepared, context);
      return toLook(plan, plan.goal, prepared, input, context);
    case 'size':
      return toSize(plan, plan.goal, prepared, input, context);
    default:
      return asPlanned(plan, prepared, context);
  }
}

/** A header need not tell of alpha (RFC 9649, 3.4: a hint), and an encoder needs more memory for it. */
function checkMemory({ output, options }: Plan & Transcode, pixels: Pixels): void {
  const size = pixels.width * pixels.height;
  if (!hasRoomForAlpha(output, size, options)) checkEncoder(output, size, options, usesAlpha(pixels));
}

async function asPlanned(plan: Plan & Transcode, prepared: Prepared, context: PipelineContext): Promise<EncodedImage> {
  const { pixels, profile } = prepared;
  context.onStep?.('encode');
  try {
    const bytes = await encoderFor(plan.output, plan.options)(pixels, plan.options, context.load);
    const reduced = await withPalette(plan, prepared, context);
    if (reduced && reduced.bytes.length < bytes.length) return reduced;
    const notes = [...prepared.notes, ...(plan.palette?.otherwise ?? [])];
    return { bytes, width: pixels.width, height: pixels.height, profile, notes };
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: plan.output });
  }
}

/** The PNG with fewer colours that the plan allows; null when there is none that looks well enough. */
export async function transcodeToPalette(
  plan: Plan & Transcode,
  input: PrepareInput,
  icc: Uint8Array<ArrayBuffer> | null,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  const prepared = await prepare(plan, input, icc, context);
  try {
    return await withPalette(plan, prepared, context);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'codec-failed', { format: plan.output });
  }
}

async function withPalette(
  { palette, options }: Transcode & Pick<Plan, 'options'>,
  { pixels, profile, notes }: Prepared,
  context: PipelineContext,
): Promise<EncodedImage | null> {
  if (!palette) return null;
  const { load } = context;
  const png = await encodePalettePng(pixels, await aimOf(palette, pixels, context), options, load);
  if (!png) return null;
  const reduced: Note = png.isExact
    ? { kind: 'info', code: 'minified' }
    : { kind: 'lost', code: 'colours-reduced', parameters: { colours: png.colours } };
  return {
    bytes: png.bytes,
    width: pixels.width,
    height: pixels.height,
    profile,
    notes: [...notes, reduced, ...(png.look === null ? [] : [lookNote(png.look, null)])],
    options: { ...options, ...png.options },
    ...(png.look !== null && { look: png.look }),
  };
}

async function aimOf(
  aim: PaletteAim,
  pixels: Pixels,
  { load, onStep }: PipelineContext,
): Promise<LookAim | { colours: number }> {
  if ('colours' in aim) return aim;
  const reference = await takeWhole(pixels, load);
  return {
    look: aim.look,
    measure(tried) {
      onStep?.('encode');
      return reference.compare(tried);
    },
  };
}

/** What a repeated encoding may be above the aim and still count as at it: half of what a search is off by. */
const AT_LOOK = 1;
/** Below the aim by more than this, the look is named as short of it. */
const SHORT = 3;

async function toLook(
  plan: Plan & Transcode,
  goal: Goal & { readonly kind: 'look' },
  { pixels, profile, notes }: Prepared,
  { worthBelow }: TranscodeInput,
  { load, openPlanes, onStep }: PipelineContext,
): Promise<EncodedImage | 'at-look'> {
  const onTrial = (): void => onStep?.('encode');
  if (goal.doubt !== null) {
    onTrial();
    const look = await lookWhenEncodedAgain(pixels, plan.output, goal.doubt, load);
    if (look <= goal.look + AT_LOOK) return 'at-look';
  }
  const subject = lookSubject(pixels, load);
  const request = { format: plan.output, look: goal.look, set: goal.set, load, openPlanes, onTrial };
  const result = await encodeToLook(subject, { ...request, ...(worthBelow && { worthBelow }) });
  const isShort = isShortOf(result.look, goal.look);
  const unfinished = isShort && worthBelow !== undefined && result.bytes.length >= (await worthBelow());
  return {
    ...result,
    width: pixels.width,
    height: pixels.height,
    profile,
    notes: [...notes, lookNote(result.look, isShort ? goal.look : null)],
    ...(unfinished && { unfinished }),
  };
}

async function toSize(
  plan: Plan & Transcode,
  goal: Goal & { readonly kind: 'size' },
  { pixels, profile, notes }: Prepared,
  { metadataSet }: TranscodeInput,
  { load, openPlanes, onStep }: PipelineContext,
): Promise<EncodedImage> {
  const result = await encodeToSize({
    pixels,
    format: plan.output,
    limit: goal.bytes,
    set: goal.set,
    load,
    openPlanes,
    onTrial: () => onStep?.('encode'),
    async finishedBytes(bytes, { width, height }) {
      return (await carryInto({ bytes, width, height, profile, notes: [] }, plan, metadataSet)).bytes.length;
    },
    async resized(factor) {
      onStep?.('resize');
      const to = {
        width: Math.max(1, Math.round(pixels.width * factor)),
        height: Math.max(1, Math.round(pixels.height * factor)),
      };
      return resizePixels(pixels, to, plan.resize?.method ?? 'lanczos3', load);
    },
  });
  const { bytes, options, width, height, look, colours } = result;
  const reduced: Note[] =
    colours === undefined ? [] : [{ kind: 'lost', code: 'colours-reduced', parameters: { colours } }];
  const fewer: Note[] =
    width === pixels.width && height === pixels.height
      ? []
      : [
          {
            kind: 'lost',
            code: 'resized-to-fit',
            parameters: { fromWidth: pixels.width, fromHeight: pixels.height, width, height },
          },
        ];
  return {
    bytes,
    options,
    width,
    height,
    profile,
    notes: [...notes, ...reduced, ...fewer, ...(look === null ? [] : [lookNote(look, null)])],
    ...(look !== null && { look }),
  };
}

export function isShortOf(look: number, aim: number): boolean {
  return look < aim - SHORT;
}

/** @param aim what was wished and is not reached; null where it is */
export function lookNote(look: number, aim: number | null): Note {
  const whole = statedLook(look);
  return aim === null
    ? { kind: 'info', code: 'look-measured', parameters: { look: whole } }
    : { kind: 'info', code: 'look-short', parameters: { look: whole, aim } };
}
