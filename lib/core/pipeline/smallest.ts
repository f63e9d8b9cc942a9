/** Which of the files that a plan can give is the result: of one format, and of several. */
import { CompressionError } from '../errors.ts';
import { formats } from '../codecs/registry.ts';
import { bytesBesidePicture } from '../image/formats/other-parts.ts';
import type { WorthBelow } from '../look/search-look.ts';
import type { Note, Rival } from '../model/receipt.ts';
import { cleanIn, notesOnAllKept } from './carry-metadata.ts';
import { optimise } from './pack.ts';
import type { Candidate, PipelineContext } from './pipeline-context.ts';
import type { Plan } from './plan.ts';

/** @param worthBelow bytes, where it is a rival @returns null for a rival that was not tried */
export type RunOne = (plan: Plan, worthBelow?: WorthBelow) => Promise<Candidate | null>;

/**
 * The plan's own format, then each other in turn; one that can't be written for this picture is no rival. Under a limit, which
 * all use up, the best picture is the result, and one that fits without a loss has no rival.
 */
export async function smallestFormat(
  plan: Plan,
  run: RunOne,
): Promise<{ readonly result: Candidate; readonly rivals: readonly Rival[] }> {
  const others = plan.rivals ?? [];
  let failure: unknown = new CompressionError('codec-failed', { format: plan.output });
  let result = await run(plan).catch((thrown: unknown) => {
    if (plan.limit === null || others.length === 0) throw thrown;
    failure = thrown;
    return orNone(thrown);
  });
  const rivals: Rival[] = [];
  for (const other of result && hasNoRival(plan.limit, result) ? [] : others) {
    const least = result?.bytes.length ?? Infinity;
    const candidate = await run(other, () => least).catch(orNone);
    if (!candidate) continue;
    const isBetter = !result || (plan.limit === null ? isSmaller(candidate, result) : looksBetter(candidate, result));
    const beaten = isBetter ? result : candidate;
    if (isBetter) result = candidate;
    if (beaten) rivals.push({ format: beaten.format, bytes: beaten.bytes.length, atLeast: beaten.unfinished === true });
  }
  if (!result) throw failure;
  return { result, rivals };
}

function isSmaller(candidate: Candidate, other: Candidate): boolean {
  return candidate.unfinished !== true && candidate.bytes.length < other.bytes.length;
}

/** More pixels, then the higher look, then fewer bytes. */
function looksBetter(candidate: Candidate, other: Candidate): boolean {
  const [one, two] = [candidate, other].map((each) => [
    each.width * each.height,
    each.look ?? (hasLostNothing(each) ? 100 : 0),
    -each.bytes.length,
  ]) as [number[], number[]];
  const at = one.findIndex((value, index) => value !== two[index]);
  return at >= 0 && (one[at] ?? 0) > (two[at] ?? 0);
}

/** Under a limit, what fits without a loss is the result. */
export function hasNoRival(limit: number | null, made: Pick<Candidate, 'notes'>): boolean {
  return limit !== null && hasLostNothing(made);
}

function hasLostNothing({ notes }: Pick<Candidate, 'notes'>): boolean {
  return notes.some(({ code }) => code === 'fits-already' || code === 'lossless' || code === 'blocks-kept');
}

function orNone(thrown: unknown): null {
  if (thrown instanceof CompressionError && thrown.code !== 'corrupt') return null;
  throw thrown;
}

/** The new file, or, where only a smaller one is wanted and it is not, the Source packed better or with its metadata cleaned, or as it is. */
export async function smallest(
  plan: Plan,
  source: Uint8Array<ArrayBuffer>,
  sound: Uint8Array<ArrayBuffer>,
  made: Candidate,
  context: PipelineContext,
): Promise<Candidate> {
  const encodedAgain = plan.route === 'transcode' || plan.route === 'animate';
  if (plan.route === 'clean' && plan.wished) return made;
  // Whatever does not fit is no result.
  const mustFit = plan.limit !== null && source.length > plan.limit;
  // What was only left out with the file saves nothing on the picture.
  const lost = encodedAgain && !isAsCoded(made) && losesParts(plan) ? bytesBesidePicture(source, plan.input) : 0;
  const isSmaller = made.bytes.length < source.length - lost;
  const isKept = plan.keepsOriginal && !mustFit;
  if (!isKept && encodedAgain && !isSmaller && made.bytes.length < source.length)
    return { ...made, notes: [...made.notes, { kind: 'lost', code: 'saving-is-loss' }] };
  if (!isKept || (!encodedAgain && isSmaller)) return made;
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
  // A Source that was only cleaned is no other file that beats it.
  const isBeaten = isSmaller && made.format !== plan.input;
  const kept = await smallestOfSame(plan, sound, original, isBeaten, context);
  return isSmaller && made.bytes.length < kept.bytes.length * (1 - plan.leastSaving) ? made : kept;
}

/** Packed better and no more, by whatever route: its other parts are all there. */
function isAsCoded({ options, notes }: Candidate): boolean {
  return options === null && notes.some(({ code }) => code === 'already-small' || code === 'fits-already');
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
  const { bytes, notes, removed } = await cleanIn(packed, plan, packed !== sound);
  // What stood behind the picture may have gone with the faults of the file: then the bytes that came in are not clean.
  if (bytes === sound && (plan.policy === 'keep' || removed.length === 0))
    return { ...original, notes: [...original.notes, ...notesOnAllKept(plan)] };
  const moving = original.notes.filter(({ code }) => code === 'animation-kept');
  const code = bytes.length < original.bytes.length ? 'already-small' : 'never-larger-cleaned';
  return { ...original, bytes, options: packing, notes: [...moving, { kind: 'kept', code }, ...notes] };
}
