/** Taking metadata out of a file, putting it into another, and cleaning a file without touching its pixels. */
import { CompressionError } from '../../errors.ts';
import { inspect } from '../inspect.ts';
import type { InputFormat, MetadataKind, OutputFormat } from '../inspection.ts';
import { applyPolicy } from './apply-policy.ts';
import { EMPTY_BAG, type MetadataBag } from './bag.ts';
import type { Carrier } from './carriers/carrier.ts';
import { gifCarrier } from './carriers/gif.ts';
import { heifCarrier } from './carriers/heif.ts';
import { jpegCarrier } from './carriers/jpeg.ts';
import { jxlCarrier } from './carriers/jxl.ts';
import { pngCarrier } from './carriers/png.ts';
import { tiffCarrier } from './carriers/tiff.ts';
import { webpCarrier } from './carriers/webp.ts';
import { readIcc } from './icc.ts';
import { isProtected, type MetadataPolicy } from './policy.ts';
import { portableTo } from './portable.ts';
import { ifReadable } from '../../bytes/reader.ts';

const CARRIERS: Readonly<Partial<Record<InputFormat, Carrier>>> = {
  jpeg: jpegCarrier,
  png: pngCarrier,
  webp: webpCarrier,
  avif: heifCarrier,
  heic: heifCarrier,
  jxl: jxlCarrier,
  gif: gifCarrier,
  tiff: tiffCarrier,
};

/** Formats whose metadata can be cleaned without touching the pixels. */
export const CLEANABLE_FORMATS = [
  'jpeg',
  'png',
  'webp',
  'avif',
  'heic',
  'jxl',
  'gif',
] as const satisfies readonly InputFormat[];

/**
 * What the file carries, apart from its format; views into `bytes` where they are not compressed. Empty for formats that
 * carry nothing (BMP, ICO) and for SVG.
 *
 * @throws CompressionError `truncated`, `corrupt` when the file's own structure is damaged
 */
export function extractMetadata(bytes: Uint8Array, format: InputFormat): MetadataBag {
  try {
    return CARRIERS[format]?.extract(bytes) ?? EMPTY_BAG;
  } catch (thrown) {
    throw CompressionError.from(thrown);
  }
}

/**
 * A copy of a freshly encoded file with the bag's metadata in it. What the format has no place for goes into XMP. The
 * caller filters the bag first (`applyPolicy`), and takes the profile out when the pixels have been converted to sRGB.
 *
 * @throws CompressionError `unsupported-variant` when the format cannot carry the profile (JPEG XL, whose encoder must)
 */
export async function embedMetadata(
  bytes: Uint8Array,
  format: OutputFormat,
  bag: MetadataBag,
): Promise<Uint8Array<ArrayBuffer>> {
  return write(bytes, format, portableTo(bag, format), 'keep');
}

export interface CleanOutcome {
  readonly bytes: Uint8Array;
  /** Kinds that were in the file and are not any more, and those that still are. */
  readonly removed: readonly MetadataKind[];
  readonly kept: readonly MetadataKind[];
}

/**
 * The same picture with other metadata: coded pixels, orientation, gain map and motion photo stay bit for bit. A profile
 * stays unless it is sRGB's own. A file in which nothing has to go comes back as it is, its C2PA manifest valid; in any
 * other the manifest goes, as it would not match any more.
 *
 * @param repacked the file was written anew since its manifest was signed: that goes under every policy
 * @throws CompressionError `unsupported-format` for TIFF, BMP, ICO and SVG, and what `inspect` throws
 */
export async function cleanMetadata(
  bytes: Uint8Array,
  format: InputFormat,
  policy: MetadataPolicy,
  repacked = false,
): Promise<CleanOutcome> {
  if (!(CLEANABLE_FORMATS as readonly InputFormat[]).includes(format)) {
    throw new CompressionError('unsupported-format', { format: format.toUpperCase() });
  }
  const before = inspect(bytes).metadata.kinds;
  const bag = extractMetadata(bytes, format);
  const nothingToDo = before.length === 0 && (bag.icc === null || !isSrgb(bag.icc));
  const brokenSeal = repacked && before.includes('c2pa');
  if (!brokenSeal && (policy === 'keep' || nothingToDo)) return { bytes, removed: [], kept: before };
  const { bag: filtered } = applyPolicy(bag, policy, { are: 'untouched', format });
  const dropsIcc = policy !== 'keep' && bag.icc !== null && isSrgb(bag.icc);
  const cleaned = await write(
    bytes,
    format,
    portableTo({ ...filtered, icc: dropsIcc ? null : bag.icc }, format),
    policy === 'keep' ? 'keep' : 'drop',
  );
  const kept = inspect(cleaned).metadata.kinds;
  const removed = before.filter((kind) => !kept.includes(kind));
  const onlyTheManifest = removed.includes('c2pa') && removed.every((kind) => kind === 'c2pa' || isProtected(kind));
  if (policy === 'protect' && onlyTheManifest && !brokenSeal) return { bytes, removed: [], kept: before };
  return { bytes: cleaned, removed, kept };
}

function isSrgb(icc: Uint8Array): boolean {
  return ifReadable(() => readIcc(icc).srgb, false);
}

async function write(
  bytes: Uint8Array,
  format: InputFormat,
  bag: MetadataBag,
  rest: 'keep' | 'drop',
): Promise<Uint8Array<ArrayBuffer>> {
  const carrier = CARRIERS[format];
  if (!carrier) throw new CompressionError('unsupported-format', { format: format.toUpperCase() });
  try {
    return await carrier.write(bytes, bag, rest);
  } catch (thrown) {
    throw CompressionError.from(thrown);
  }
}
