/** What an EXIF block says: CIPA DC-008 (EXIF 3.0), 4.6. */
import type { MetadataKind, Orientation } from '../inspection.ts';
import { ifReadable, startsWith } from '../../bytes/reader.ts';
import { findEntry, TiffBlock, type Ifd, type IfdEntry } from './ifd.ts';

export interface ExifFacts {
  readonly orientation: Orientation;
  readonly kinds: readonly MetadataKind[];
}

/** Tags that point to a further directory (4.6.3), and the one that tells the orientation. */
export const EXIF_TAG = {
  orientation: 0x0112,
  exifIfd: 0x8769,
  gpsIfd: 0x8825,
  interoperabilityIfd: 0xa005,
  thumbnailAt: 0x0201,
  thumbnailLength: 0x0202,
  makerNote: 0x927c,
  userComment: 0x9286,
} as const;

/**
 * @param bytes from the TIFF header on
 * @throws CompressionError `corrupt` when there is no readable TIFF header or first directory
 */
export function readExif(bytes: Uint8Array): ExifFacts {
  return factsOf(new TiffBlock(bytes));
}

/** The same of a block whose header has been read, such as a TIFF file. @throws CompressionError `corrupt` */
export function factsOf(block: TiffBlock, main = block.ifd(block.firstIfd)): ExifFacts {
  const kinds = new Set<MetadataKind>();
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  for (const ifd of [main, exif]) {
    for (const entry of ifd?.entries ?? []) {
      const kind = EXIF_KINDS[entry.tag];
      if (kind && !saysNothing(block, entry, kind)) kinds.add(kind);
      if (entry.tag === EXIF_TAG.userComment && saysAi(block.value(entry))) kinds.add('ai-provenance');
    }
  }
  // GPSVersionID alone tells no place.
  if (gpsEntries(block, main).some((entry) => entry.tag !== 0)) kinds.add('gps');
  const thumbnail = main.next ? ifReadable(() => block.ifd(main.next), undefined) : undefined;
  if (thumbnail?.entries.length) kinds.add('thumbnail');
  return { orientation: orientationOf(block, main), kinds: [...kinds] };
}

/** Of the position. Its directory belongs to the main one; one that hangs on the Exif directory, exiftool shows too. */
export function gpsEntries(block: TiffBlock, main: Ifd): IfdEntry[] {
  const exif = subDirectory(block, main, EXIF_TAG.exifIfd);
  const all = [exif, main].flatMap((ifd) => (ifd && subDirectory(block, ifd, EXIF_TAG.gpsIfd)?.entries) ?? []);
  return [...new Map(all.map((entry) => [entry.tag, entry])).values()];
}

/** The kind that a tag of the main or the Exif directory belongs to. Tags that are not here only describe the picture. */
export const EXIF_KINDS: Readonly<Record<number, MetadataKind>> = {
  0x000b: 'software', // ProcessingSoftware
  0x010d: 'comment', // DocumentName
  0x010e: 'comment', // ImageDescription
  0x010f: 'camera', // Make
  0x0110: 'camera', // Model
  0x011a: 'physical-size', // XResolution
  0x011b: 'physical-size', // YResolution
  0x0131: 'software', // Software
  0x0132: 'date', // DateTime
  0x013b: 'artist', // Artist
  0x013c: 'software', // HostComputer
  0x02bc: 'xmp', // XMP inside TIFF
  0x8298: 'copyright', // Copyright
  0x829a: 'camera', // ExposureTime
  0x829d: 'camera', // FNumber
  0x83bb: 'iptc', // IPTC inside TIFF
  0x8649: 'software', // Photoshop image resources
  0x8827: 'camera', // PhotographicSensitivity
  0x9003: 'date', // DateTimeOriginal
  0x9004: 'date', // DateTimeDigitized
  0x920a: 'camera', // FocalLength
  0x927c: 'maker-note', // MakerNote
  0x9286: 'comment', // UserComment
  0x9c9b: 'comment', // XPTitle
  0x9c9c: 'comment', // XPComment
  0x9c9d: 'artist', // XPAuthor
  0x9c9e: 'comment', // XPKeywords
  0x9c9f: 'comment', // XPSubject
  0xa420: 'serial-number', // ImageUniqueID
  0xa430: 'owner-name', // CameraOwnerName
  0xa431: 'serial-number', // BodySerialNumber
  0xa433: 'camera', // LensMake
  0xa434: 'camera', // LensModel
  0xa435: 'serial-number', // LensSerialNumber
  0xa436: 'comment', // ImageTitle
  0xa437: 'artist', // Photographer
  0xa438: 'artist', // ImageEditor
  0xa439: 'software', // CameraFirmware
  0xa43a: 'software', // RAWDevelopingSoftware
  0xa43b: 'software', // ImageEditingSoftware
  0xa43c: 'software', // MetadataEditingSoftware
  0xc62f: 'serial-number', // CameraSerialNumber
  0xc634: 'maker-note', // DNGPrivateData
};

export function subDirectory(block: TiffBlock, parent: Ifd, tag: number): Ifd | undefined {
  const at = block.number(findEntry(parent, tag));
  return at === undefined || at < 0 ? undefined : ifReadable(() => block.ifd(at), undefined);
}

/** One SHORT (CIPA DC-008, 4.6.4 A): browsers take it from no other type. */
export function orientationOf(block: TiffBlock, main: Ifd): Orientation {
  const entry = findEntry(main, EXIF_TAG.orientation);
  const value = entry?.type === 3 && entry.count === 1 ? block.number(entry) : undefined;
  return isOrientation(value) ? value : 1;
}

function isOrientation(value: number | undefined): value is Orientation {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= 8;
}

/**
 * Cameras write the fields of the owner and the copyright as spaces when nobody filled them in, and the resolution of
 * a screen when nobody asked for one.
 */
export function saysNothing(block: TiffBlock, entry: IfdEntry, kind: MetadataKind): boolean {
  if (kind === 'physical-size') return isScreenResolution(block.rationals(entry, 1)[0] ?? 0);
  return entry.length <= MAX_BLANK && block.value(entry).every((byte) => byte === 0 || byte === 0x20);
}

/** No camera leaves a longer field blank, and many long ones take long to look through. */
const MAX_BLANK = 4096;

/** Dots an inch that say nothing about the picture: of screens, and libvips' one pixel a millimetre. */
export function isScreenResolution(density: number): boolean {
  return [0, 1, 25.4, 72, 96].some((usual) => Math.abs(density - usual) < 0.6);
}

/** China's GB 45438-2025 puts its label for generated pictures into UserComment as JSON with the key "AIGC". */
export function saysAi(value: Uint8Array): boolean {
  return [0, 8].some((at) => startsWith(value, '{"AIGC"', at));
}
