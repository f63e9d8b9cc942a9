/** Which of the files that a plan can give is the result: of one format, and of several. */
import { CompressionError } from '../errors.ts';
import { formats } from '../codecs/registry.ts';
import { bytesBesidePicture } from '../image/formats/other-parts.ts';
import type { Note, Rival } from '../model/receipt.ts';
import { cleanIn } from './carry-metadata.ts';
import { optimise } from './pack.ts';
import type { Candidate, PipelineContext } from './pipeline-context.ts';
import type { Plan } from './plan.ts';

/** @param worthBelow as many bytes and more are of no use @returns null for a rival that was not tried */
export type RunOne = (plan: Plan, worthBelow?: number) => Promise<Candidate | null>;

/** The plan's own format, then each other in turn; one that can't be written for this picture is no rival. */
export async function smallestFormat(
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
export async function smallest(
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
