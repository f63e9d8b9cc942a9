/** Taking metadata out of a file, putting it into another, and cleaning a file without touching its pixels. */
import { sameBytes } from '../../bytes/bytes.ts';
import { CompressionError } from '../../errors.ts';
import { repairGif } from '../formats/gif-repair.ts';
import { repairPng } from '../formats/png-repair.ts';
import { inspect } from '../inspect.ts';
import { sniff } from '../sniff.ts';
import type { InputFormat, MetadataKind, OutputFormat } from '../inspection.ts';
import { applyPolicy } from './apply-policy.ts';
import { EMPTY_METADATA, type MetadataSet } from './metadata-set.ts';
import type { MetadataContainer } from './containers/container.ts';
import { gifContainer } from './containers/gif.ts';
import { heifContainer } from './containers/heif.ts';
import { jpegContainer } from './containers/jpeg.ts';
import { jxlContainer } from './containers/jxl.ts';
import { pngContainer } from './containers/png.ts';
import { tiffContainer } from './containers/tiff.ts';
import { webpContainer } from './containers/webp.ts';
import { withoutBmpExtras } from './clean-bmp.ts';
import { withCleanPngs } from './clean-ico.ts';
import { extractFromSvg, withoutSvgMetadata } from './clean-svg.ts';
import { readIcc } from './icc.ts';
import { isProtected, type MetadataPolicy } from './policy.ts';
import { portableTo } from './portable.ts';
import { ifReadable } from '../../bytes/reader.ts';

const CONTAINERS_BY_FORMAT: Readonly<Partial<Record<InputFormat, MetadataContainer>>> = {
  jpeg: jpegContainer,
  png: pngContainer,
  webp: webpContainer,
  avif: heifContainer,
  heic: heifContainer,
  jxl: jxlContainer,
  gif: gifContainer,
  tiff: tiffContainer,
};

/** Formats that hold no metadata set of their own: text, or other files inside. */
const CLEANERS: Readonly<
  Partial<Record<InputFormat, (bytes: Uint8Array, policy: MetadataPolicy) => Promise<CleanOutcome>>>
> = {
  bmp: (bytes, policy) => Promise.resolve(cleanBmp(bytes, policy)),
  ico: cleanIco,
  svg: (bytes, policy) => cleanSvg(bytes, policy, true),
};

/**
 * What the file carries, apart from its format; views into `bytes` where they are not compressed. Empty for formats that
 * carry nothing (BMP, ICO).
 *
 * @throws CompressionError `truncated`, `corrupt` when the file's own structure is damaged
 */
export function extractMetadata(bytes: Uint8Array, format: InputFormat): MetadataSet {
  try {
    if (format === 'svg') return extractFromSvg(bytes);
    return CONTAINERS_BY_FORMAT[format]?.extract(bytes) ?? EMPTY_METADATA;
  } catch (thrown) {
    throw CompressionError.from(thrown);
  }
}

/**
 * A copy of a freshly encoded file with the set's metadata in it. What the format has no place for goes into XMP. The
 * caller filters the set first (`applyPolicy`), and takes the profile out when the pixels have been converted to sRGB.
 *
 * @throws CompressionError `unsupported-variant` when the format cannot carry the profile (JPEG XL, whose encoder must)
 */
export async function embedMetadata(
  bytes: Uint8Array,
  format: OutputFormat | 'gif',
  metadataSet: MetadataSet,
): Promise<Uint8Array<ArrayBuffer>> {
  return write(bytes, format, portableTo(metadataSet, format), 'keep');
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
 * @throws CompressionError what `inspect` throws
 */
export async function cleanMetadata(
  bytes: Uint8Array,
  format: InputFormat,
  policy: MetadataPolicy,
  repacked = false,
): Promise<CleanOutcome> {
  const cleaner = CLEANERS[format];
  if (cleaner) return cleaner(bytes, policy);
  const before = inspect(bytes).metadata.kinds;
  const metadataSet = extractMetadata(bytes, format);
  const nothingToDo = before.length === 0 && (metadataSet.icc === null || !isSrgb(metadataSet.icc));
  const brokenSeal = repacked && before.includes('c2pa');
  if (!brokenSeal && (policy === 'keep' || nothingToDo)) return { bytes, removed: [], kept: before };
  const { metadataSet: filtered } = applyPolicy(metadataSet, policy, { are: 'untouched', format });
  const dropsIcc = policy !== 'keep' && metadataSet.icc !== null && isSrgb(metadataSet.icc);
  const cleaned = await write(
    bytes,
    format,
    portableTo({ ...filtered, icc: dropsIcc ? null : metadataSet.icc }, format),
    policy === 'keep' ? 'keep' : 'drop',
  );
  if (sameBytes(cleaned, bytes)) return { bytes, removed: [], kept: before };
  const kept = inspect(cleaned).metadata.kinds;
  const removed = before.filter((kind) => !kept.includes(kind));
  const onlyTheManifest = removed.includes('c2pa') && removed.every((kind) => kind === 'c2pa' || isProtected(kind));
  if (policy === 'protect' && onlyTheManifest && !brokenSeal) return { bytes, removed: [], kept: before };
  return { bytes: cleaned, removed, kept };
}

function cleanBmp(bytes: Uint8Array, policy: MetadataPolicy): CleanOutcome {
  const before = inspect(bytes).metadata.kinds;
  return policy === 'keep'
    ? { bytes, removed: [], kept: before }
    : { bytes: withoutBmpExtras(bytes), removed: before, kept: [] };
}

async function cleanIco(bytes: Uint8Array, policy: MetadataPolicy): Promise<CleanOutcome> {
  const before = inspect(bytes).metadata.kinds;
  if (policy === 'keep') return { bytes, removed: [], kept: before };
  const cleaned = await withCleanPngs(bytes, (png) => cleanInside(png, 'png', policy));
  const kept = inspect(cleaned).metadata.kinds;
  return { bytes: cleaned, removed: before.filter((kind) => !kept.includes(kind)), kept };
}

async function cleanSvg(bytes: Uint8Array, policy: MetadataPolicy, looksInside: boolean): Promise<CleanOutcome> {
  const before = inspect(bytes).metadata.kinds;
  if (policy === 'keep') return { bytes, removed: [], kept: before };
  const cleaned = await withoutSvgMetadata(bytes, policy, async (inside) => {
    const format = sniff(inside);
    if (!format || (format === 'svg' && !looksInside)) return inside;
    return cleanInside(inside, format, policy);
  });
  if (cleaned === bytes) return { bytes, removed: [], kept: before };
  const kept = inspect(cleaned).metadata.kinds;
  return { bytes: cleaned, removed: before.filter((kind) => !kept.includes(kind)), kept };
}

/** Browsers draw it with faults, as `inspect` reads it; the containers' writers are strict. What stays counts as kept. */
async function cleanInside(bytes: Uint8Array, format: InputFormat, policy: MetadataPolicy): Promise<Uint8Array> {
  try {
    const { bytes: clean } = await (format === 'svg'
      ? cleanSvg(bytes, policy, false)
      : cleanMetadata(inOrder(bytes, format), format, policy));
    return clean;
  } catch {
    // What nobody can read is not drawn either.
    return bytes;
  }
}

/** @throws CompressionError `truncated`, `corrupt` for what no browser shows */
function inOrder(bytes: Uint8Array, format: InputFormat): Uint8Array {
  if (format === 'png') return repairPng(bytes, 'all').bytes;
  return format === 'gif' ? repairGif(bytes).bytes : bytes;
}

function isSrgb(icc: Uint8Array): boolean {
  return ifReadable(() => readIcc(icc).srgb, false);
}

async function write(
  bytes: Uint8Array,
  format: InputFormat,
  metadataSet: MetadataSet,
  rest: 'keep' | 'drop',
): Promise<Uint8Array<ArrayBuffer>> {
  const container = CONTAINERS_BY_FORMAT[format];
  if (!container) throw new CompressionError('unsupported-format', { format: format.toUpperCase() });
  try {
    return await container.write(bytes, metadataSet, rest);
  } catch (thrown) {
    throw CompressionError.from(thrown);
  }
}
