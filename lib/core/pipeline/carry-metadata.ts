/** From the Source into the Result: the metadata that the policy lets through, and notes on what became of the rest. */
import { inColour } from '../image/formats/png-in-colour.ts';
import type { InputFormat, MetadataKind } from '../image/inspection.ts';
import { applyPolicy } from '../image/metadata/apply-policy.ts';
import { EMPTY_METADATA, type MetadataSet } from '../image/metadata/metadata-set.ts';
import { greyProfileOf } from '../image/metadata/grey-profile.ts';
import { cleanMetadata, embedMetadata, extractMetadata } from '../image/metadata/metadata.ts';
import type { Plan } from './plan.ts';
import type { Note } from '../model/receipt.ts';
import type { EncodedImage } from './pipeline-context.ts';

export interface Carried {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly notes: readonly Note[];
}

/** What the Source carries; damaged metadata is none, since its picture may be well. */
export function metadataOf(source: Uint8Array, format: InputFormat): MetadataSet {
  try {
    return extractMetadata(source, format);
  } catch {
    return EMPTY_METADATA;
  }
}

/** Into a file that was newly encoded. @throws CompressionError `unsupported-variant` when it cannot carry the profile. */
export async function carryInto(
  image: EncodedImage,
  plan: Plan & { route: 'transcode' | 'animate' | 'rearrange' },
  metadataSet: MetadataSet,
): Promise<Carried> {
  const { width, height, profile } = image;
  const allowed = applyPolicy({ ...metadataSet, icc: profile }, plan.policy, {
    are: 'encoded',
    width,
    height,
    format: plan.output,
    reshaped: plan.turned !== 1 || plan.crop !== null || width !== plan.size.width || height !== plan.size.height,
    sidesSwapped: plan.turned >= 5,
  });
  const picture = await fitting(image, plan.output);
  const bytes = isEmpty(allowed.metadataSet) ? picture : await embedMetadata(picture, plan.output, allowed.metadataSet);
  return {
    bytes,
    notes: metadataNotes(
      plan.metadata.filter((kind) => !allowed.kept.includes(kind)),
      allowed.kept,
    ),
  };
}

/**
 * In a file whose coded picture stays as it is, or was packed better. Where nothing had to go, the very bytes come back.
 *
 * @param bytes the Source put in order: what that took out of it counts as removed
 * @throws CompressionError what `cleanMetadata` throws
 */
export async function cleanIn(
  bytes: Uint8Array<ArrayBuffer>,
  plan: Plan,
  repacked = false,
): Promise<Carried & { readonly removed: readonly MetadataKind[] }> {
  const cleaned = await cleanMetadata(bytes, plan.input, plan.policy, repacked);
  const removed = plan.metadata.filter((kind) => !cleaned.kept.includes(kind));
  const nothing = plan.route === 'clean' && plan.wished && plan.policy !== 'keep' && removed.length === 0;
  return {
    bytes: cleaned.bytes as Uint8Array<ArrayBuffer>,
    removed,
    notes: [
      ...(nothing && cleaned.bytes === bytes ? [{ kind: 'info', code: 'nothing-to-clean' } as const] : []),
      ...metadataNotes(removed, cleaned.kept),
    ],
  };
}

/** Of the Source that is the result, to the byte. */
export function notesOnAllKept({ metadata }: Plan): readonly Note[] {
  return metadataNotes([], metadata);
}

/**
 * oxipng turns a PNG whose colours are all grey to grey, and leaves in it a profile of RGB, which counts for nothing there.
 *
 * @returns `packed` with a profile that counts; `source` where there is no way to it
 */
export async function withGreyProfile(
  source: Uint8Array<ArrayBuffer>,
  packed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (isGreyPng(source) || !isGreyPng(packed)) return packed;
  const metadataSet = metadataOf(packed, 'png');
  if (!metadataSet.icc) return packed;
  if (greyProfileOf(metadataSet.icc)) return embedMetadata(packed, 'png', metadataSet);
  return (await inColour(packed)) ?? source;
}

/** The same for a PNG that was newly encoded: a profile that cannot be said for grey makes it one of colours. */
async function fitting({ bytes, profile }: EncodedImage, output: InputFormat): Promise<Uint8Array<ArrayBuffer>> {
  if (output !== 'png' || !profile || !isGreyPng(bytes) || greyProfileOf(profile)) return bytes;
  return (await inColour(bytes)) ?? bytes;
}

/** Colour type 0 or 4: PNG (Third Edition), 11.2.1. */
function isGreyPng(png: Uint8Array): boolean {
  return png[25] === 0 || png[25] === 4;
}

function isEmpty(metadataSet: MetadataSet): boolean {
  return (
    !metadataSet.exif &&
    !metadataSet.xmp &&
    !metadataSet.iptc &&
    !metadataSet.icc &&
    metadataSet.resources.length === 0 &&
    metadataSet.comments.length === 0 &&
    !metadataSet.density
  );
}

/** These have a sentence of their own. */
export const LOST_WITH_THE_FILE: Partial<Record<MetadataKind, Note>> = {
  c2pa: { kind: 'lost', code: 'c2pa-removed' },
  'gain-map': { kind: 'lost', code: 'gain-map-lost' },
  'motion-photo': { kind: 'lost', code: 'motion-photo-lost' },
};

/** The containers of metadata are named only where nothing is known of what is in them. */
const CONTAINERS: readonly MetadataKind[] = ['exif', 'xmp', 'iptc'];

function metadataNotes(removed: readonly MetadataKind[], kept: readonly MetadataKind[]): Note[] {
  const notes: Note[] = removed.flatMap((kind) => LOST_WITH_THE_FILE[kind] ?? []);
  const gone = named(removed.filter((kind) => !LOST_WITH_THE_FILE[kind]));
  if (gone.length > 0) notes.push({ kind: 'info', code: 'metadata-removed', parameters: { kinds: gone.join(',') } });
  const stays = named(kept);
  if (stays.length > 0) notes.push({ kind: 'kept', code: 'metadata-kept', parameters: { kinds: stays.join(',') } });
  return notes;
}

function named(kinds: readonly MetadataKind[]): readonly MetadataKind[] {
  const known = kinds.filter((kind) => !CONTAINERS.includes(kind));
  return known.length > 0 ? known : kinds;
}
