/** What a metadata policy leaves of an XMP packet. */
import { ifReadable } from '../../bytes/reader.ts';
import { isProtected, type MetadataPolicy, type Pixels } from './policy.ts';
import { isForRendering, kindsOf, XMP_NAMESPACE } from './xmp-kinds.ts';
import { readXmp, writeXmp, type XmpProperty } from './xmp.ts';

/** The packet with what the policy lets through, or null when nothing is left or it cannot be read. */
export function filterXmp(packet: Uint8Array, policy: MetadataPolicy, pixels: Pixels): Uint8Array | null {
  if (policy === 'keep' && pixels.are === 'untouched') return packet;
  const properties = ifReadable(() => readXmp(packet), null);
  if (!properties) return null;
  const kept = properties.filter((property) => stays(property, policy, pixels));
  const swaps = pixels.are === 'encoded' && pixels.sidesSwapped && properties.some(isDensity);
  if (policy === 'keep' && kept.length === properties.length && !swaps) return packet;
  return writeXmp(swaps ? kept.map(withSidesSwapped) : kept);
}

function stays(property: XmpProperty, policy: MetadataPolicy, pixels: Pixels): boolean {
  // What tells how to show these very pixels, and where in the file the rest of the picture is.
  if (isForRendering(property)) return pixels.are === 'untouched';
  if (policy === 'keep') return !isOutdated(property) && !(isReshaped(pixels) && isPicture(property));
  const kinds = kindsOf(property);
  return policy === 'protect' && kinds.some(isProtected) && !kinds.includes('gps');
}

function isReshaped(pixels: Pixels): boolean {
  return pixels.are === 'encoded' && pixels.reshaped === true;
}

/** A JPEG or a PNG in base64, wherever programs put one. */
const PICTURE = /(\/9j\/|iVBORw0KGgo)[\w+/\s=]{200}/;

function isPicture(property: XmpProperty): boolean {
  return kindsOf(property).includes('thumbnail') || PICTURE.test(property.value);
}

function isDensity({ namespace, name }: XmpProperty): boolean {
  return namespace === XMP_NAMESPACE.tiff
    ? /^[XY]Resolution$/.test(name)
    : namespace === XMP_NAMESPACE.exif && /^FocalPlane[XY]Resolution$/.test(name);
}

/** Of columns what was of rows. */
function withSidesSwapped(property: XmpProperty): XmpProperty {
  if (!isDensity(property)) return property;
  const swapped = (name: string): string => name.replace(/[XY](?=Resolution$)/, (side) => (side === 'X' ? 'Y' : 'X'));
  const { name, node } = property;
  return { ...property, name: swapped(name), node: { ...node, name: swapped(node.name) } };
}

/** Of the pixels that were: their size and turn, the link to a C2PA manifest, and to a continuation that is not carried. */
function isOutdated(property: XmpProperty): boolean {
  const { namespace, name } = property;
  if (namespace === XMP_NAMESPACE.note) return true;
  if (namespace === XMP_NAMESPACE.tiff) return ['Orientation', 'ImageWidth', 'ImageLength'].includes(name);
  if (namespace === XMP_NAMESPACE.exif) return ['PixelXDimension', 'PixelYDimension'].includes(name);
  return kindsOf(property).some((kind) => kind === 'c2pa' || kind === 'depth-map');
}
