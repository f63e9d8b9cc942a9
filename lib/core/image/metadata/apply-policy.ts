/**
 * What of an image's metadata stays: all, nothing, or what protects its maker and informs its viewer.
 *
 * `protect` is a list of what may stay, not of what must go: a tag that nobody has thought of goes.
 */
import { CompressionError } from '../../errors.ts';
import { keywordKind } from '../formats/png-text.ts';
import type { MetadataKind } from '../inspection.ts';
import { joinBytes } from '../../bytes/bytes.ts';
import { ifReadable } from '../../bytes/reader.ts';
import { kindsOf, type MetadataSet } from './metadata-set.ts';
import { readExif } from './exif.ts';
import { filterExif } from './exif-filter.ts';
import {
  iptcKind,
  readIptc,
  RESOLUTION_RESOURCE,
  resourceKind,
  withoutPreview,
  writeIptc,
  type ImageResource,
} from './iptc.ts';
import { isProtected, MAX_METADATA_BYTES, type MetadataPolicy, type Pixels } from './policy.ts';
import { portableTo, withoutPlace } from './portable.ts';
import { filterXmp } from './xmp-filter.ts';

export interface PolicyOutcome {
  readonly metadataSet: MetadataSet;
  /** Kinds that were in the set and are not any more. */
  readonly removed: readonly MetadataKind[];
  readonly kept: readonly MetadataKind[];
}

/**
 * The set with what the policy lets through. A profile that is not sRGB stays under every policy, as the pixels mean
 * nothing without it: take it out of the set when they have been converted. sRGB's own goes but for `keep`.
 *
 * @throws CompressionError `metadata-too-large` when all is to be kept of more than 16 MB
 */
export function applyPolicy(metadataSet: MetadataSet, policy: MetadataPolicy, pixels: Pixels): PolicyOutcome {
  const bytes = bytesOf(metadataSet);
  if (policy === 'keep' && pixels.are === 'encoded' && bytes > MAX_METADATA_BYTES)
    throw new CompressionError('metadata-too-large', {
      megabytes: Math.ceil(bytes / 1e6),
      limit: MAX_METADATA_BYTES / 1e6,
    });
  const now = pixels.are === 'encoded' && isTurnedBy(metadataSet.exif) ? { ...pixels, reshaped: true } : pixels;
  const filtered: MetadataSet = {
    exif: metadataSet.exif && filterExif(metadataSet.exif, policy, now),
    xmp: metadataSet.xmp && filterXmp(metadataSet.xmp, policy, now),
    iptc: metadataSet.iptc && filterIptc(metadataSet.iptc, policy, now),
    resources: policy === 'keep' ? filterResources(metadataSet.resources, now) : [],
    icc: metadataSet.icc,
    comments: metadataSet.comments.filter(
      ({ keyword }) => policy === 'keep' || (policy === 'protect' && isProtected(keywordKind(keyword))),
    ),
    density: policy === 'strip' ? null : densityFor(metadataSet.density, now),
  };
  const fitting = pixels.are === 'encoded' && pixels.format ? portableTo(filtered, pixels.format) : filtered;
  // Of a kind that went in part, it is the loss that is to be said.
  const lost = pixels.are === 'encoded' && pixels.format ? withoutPlace(filtered, pixels.format) : [];
  const kept = kindsOf(fitting).filter((kind) => !lost.includes(kind));
  return { metadataSet: fitting, kept, removed: kindsOf(metadataSet).filter((kind) => !kept.includes(kind)) };
}

/** Whether its thumbnails are of a picture on its side, which new pixels are not. */
function isTurnedBy(exif: Uint8Array | null): boolean {
  return exif !== null && ifReadable(() => readExif(exif).orientation, 1) !== 1;
}

function densityFor(density: MetadataSet['density'], pixels: Pixels): MetadataSet['density'] {
  return density && pixels.are === 'encoded' && pixels.sidesSwapped ? { x: density.y, y: density.x } : density;
}

/** What Photoshop's resources say of the pixels as they were: small pictures, and the density of columns and rows. */
function filterResources(resources: readonly ImageResource[], pixels: Pixels): readonly ImageResource[] {
  if (pixels.are !== 'encoded') return resources;
  const { reshaped, sidesSwapped } = pixels;
  return resources
    .filter(({ id }) => !reshaped || resourceKind(id) !== 'thumbnail')
    .map((resource) =>
      sidesSwapped && resource.id === RESOLUTION_RESOURCE && resource.data.length >= 16
        ? { ...resource, data: joinBytes([resource.data.subarray(8, 16), resource.data.subarray(0, 8)]) }
        : resource,
    );
}

/** The profile and short texts not counted. */
function bytesOf({ exif, xmp, iptc, resources }: MetadataSet): number {
  const blocks = [exif, xmp, iptc, ...resources.map(({ data }) => data)];
  return blocks.reduce((sum, block) => sum + (block?.length ?? 0), 0);
}

/** The character set (1:90) and the version (2:0) stay with whatever does. */
function filterIptc(iptc: Uint8Array, policy: MetadataPolicy, pixels: Pixels): Uint8Array | null {
  if (policy === 'keep') return pixels.are === 'encoded' && pixels.reshaped ? withoutPreview(iptc) : iptc;
  if (policy === 'strip') return null;
  const datasets = ifReadable(() => readIptc(iptc), []);
  const isKept = (kind: MetadataKind | null): boolean => kind !== null && isProtected(kind);
  if (!datasets.some((dataset) => isKept(iptcKind(dataset)))) return null;
  return writeIptc(
    datasets.filter(
      (dataset) =>
        isKept(iptcKind(dataset)) ||
        (dataset.record === 1 && dataset.number === 90) ||
        (dataset.record === 2 && dataset.number === 0),
    ),
  );
}
