/** What a person may miss afterwards, known from the plan alone: it is told before the work. */
import type { MetadataKind } from '../image/inspection.ts';
import { isProtected } from '../image/metadata/policy.ts';
import { LOST_WITH_THE_FILE } from './carry-metadata.ts';
import type { Plan } from './plan.ts';
import type { Note, NoteCode } from '../model/receipt.ts';

/** Each has a sentence for before the work, `ahead.<code>` in the locale. */
export const LOSSES_AHEAD = [
  'alpha-flattened',
  'first-frame-only',
  'converted-to-srgb',
  'tone-mapped',
  'depth-reduced',
  'colours-reduced',
  'c2pa-removed',
  'gain-map-lost',
  'motion-photo-lost',
] as const satisfies readonly NoteCode[];

/**
 * Notes of the kind `lost`. What the receipt says in the end may be less: where the result is no smaller, the original is
 * kept, and alpha that no pixel uses is not missed.
 */
export function lossesAhead(plan: Plan): Note[] {
  const losses = plan.notes.filter(({ code }) => (LOSSES_AHEAD as readonly NoteCode[]).includes(code));
  if (plan.route === 'transcode' && plan.flattenOnto && plan.traits.some(({ code }) => code === 'alpha')) {
    losses.push({ kind: 'lost', code: 'alpha-flattened', parameters: { colour: plan.flattenOnto } });
  }
  if (mayReduceColours(plan)) losses.push({ kind: 'lost', code: 'colours-reduced', parameters: { colours: 256 } });
  return [...losses, ...plan.metadata.flatMap((kind) => (goes(kind, plan) ? (LOST_WITH_THE_FILE[kind] ?? []) : []))];
}

function mayReduceColours(plan: Plan): boolean {
  return plan.route === 'optimise'
    ? plan.fewerColours !== undefined
    : plan.route === 'transcode' &&
        (plan.palette !== undefined || (plan.output === 'png' && plan.goal?.kind === 'size'));
}

function goes(kind: MetadataKind, plan: Plan): boolean {
  if (plan.route === 'transcode' || plan.route === 'animate' || plan.route === 'rearrange') return true;
  // What is only cleaned or packed better keeps its gain map and its video.
  return kind === 'c2pa' && breaksSeal(plan);
}

/** A manifest is signed over the whole file: `cleanMetadata` takes it out of one in which something changes. */
function breaksSeal({ route, input, policy, metadata }: Plan): boolean {
  if (route === 'optimise' && input === 'png') return true;
  return (
    policy === 'strip' || (policy === 'protect' && metadata.some((kind) => !isProtected(kind) && !STAYS.includes(kind)))
  );
}

const STAYS: readonly MetadataKind[] = [
  'c2pa',
  'gain-map',
  'motion-photo',
  'depth-map',
  'exif',
  'xmp',
  'extended-xmp',
  'iptc',
];
