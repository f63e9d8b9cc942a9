/** Files full of metadata: each text in them says what the policy that protects is to do with it. */
import sharp, { type Sharp } from 'sharp';
import { cameraExif } from '../images/exif-block.ts';
import { c2paSegment, exifSegment, withJpegSegments, withWebpChunks } from '../images/containers.ts';
import { animated } from '../images/moving.ts';
import { encoded, gradient } from '../images/pictures.ts';
import { apng } from '../unit/core/animation/build-apng.ts';
import { randomFrames } from '../unit/core/animation/pictures.ts';
import { withTags } from './exiftool.ts';
import { cjxl } from './inputs.ts';

/** Stays under `protect`: whose it is, on what terms, and that a machine made it. */
const KEPT = [
  '-IFD0:Copyright=KEEP copyright',
  '-IFD0:Artist=KEEP artist',
  '-XMP-dc:Rights=KEEP rights',
  '-XMP-dc:Creator=KEEP creator',
  '-XMP-photoshop:Credit=KEEP credit',
  '-XMP-xmpRights:UsageTerms=KEEP terms',
  '-XMP-xmpRights:WebStatement=https://example.org/KEEP-statement',
  '-XMP-xmpRights:Owner=KEEP owner of the rights',
  '-XMP-plus:LicensorURL=https://example.org/KEEP-licensor',
  '-XMP-iptcExt:DigitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  // As editors write them: the same in both places.
  '-IPTC:CopyrightNotice=KEEP rights',
  '-IPTC:By-line=KEEP creator',
  '-IPTC:Credit=KEEP credit',
] as const;

/** Goes under `protect`: where, by whose camera, with which program, and who is in it. */
const GONE = [
  '-GPSLatitude=48.137',
  '-GPSLatitudeRef=N',
  '-GPSLongitude=11.575',
  '-GPSLongitudeRef=E',
  '-GPSProcessingMethod=GONE method',
  '-ExifIFD:SerialNumber=GONE serial',
  '-ExifIFD:LensSerialNumber=GONE lens serial',
  '-ExifIFD:OwnerName=GONE owner',
  '-ExifIFD:UserComment=GONE remark',
  '-ExifIFD:ImageUniqueID=GONE unique id',
  '-IFD0:Software=GONE software',
  '-IFD0:HostComputer=GONE computer',
  '-IFD0:XPComment=GONE comment',
  '-IFD0:ProcessingSoftware=GONE processing',
  '-XMP-exif:GPSLatitude=48.137',
  '-XMP-exif:GPSLongitude=11.575',
  '-XMP-xmp:CreatorTool=GONE tool',
  '-XMP-aux:SerialNumber=GONE xmp serial',
  '-XMP-aux:OwnerName=GONE xmp owner',
  '-XMP-photoshop:City=GONE city',
  '-XMP-iptcCore:Location=GONE location',
  '-XMP-iptcExt:PersonInImage=GONE person',
  '-XMP-xmpMM:DocumentID=GONE document',
  '-XMP-xmpMM:HistorySoftwareAgent=GONE agent',
  '-XMP-mwg-rs:RegionName=GONE face',
  '-XMP-crs:RawFileName=GONE raw name',
  '-IPTC:City=GONE city',
  '-IPTC:OriginatingProgram=GONE program',
  '-IPTC:Writer-Editor=GONE writer',
  '-Photoshop:URL=https://example.org/GONE',
  '-Comment=GONE comment',
  '-PNG:Software=GONE png software',
  '-PNG:Copyright=KEEP rights',
] as const;

const ARGS = [...KEPT, ...GONE];

export interface Tagged {
  /** The same file without a single tag. */
  readonly bare: Uint8Array;
  readonly tagged: Uint8Array;
}

const picture = (): Sharp => gradient();
const thumbnail = (): Promise<Uint8Array> => encoded(gradient({ width: 16, height: 10 }).jpeg());

/** With a manifest that will not match any more, and the turn that EXIF's 6 asks for. */
async function taggedJpeg(): Promise<Tagged> {
  const bare = await encoded(picture().jpeg({ quality: 95 }));
  const tagged = await withTags(withJpegSegments(bare, exifSegment(cameraExif(6))), 'jpg', ARGS, await thumbnail());
  return { bare, tagged: withJpegSegments(tagged, c2paSegment()) };
}

const by =
  (extension: string, make: () => Promise<Uint8Array>, small = false) =>
  async (): Promise<Tagged> => {
    const bare = await make();
    return { bare, tagged: await withTags(bare, extension, ARGS, small ? await thumbnail() : undefined) };
  };

export type TaggedFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'jxl' | 'tiff';

export const TAGGED: Readonly<Record<TaggedFormat, () => Promise<Tagged>>> = {
  jpeg: taggedJpeg,
  png: by('png', () => encoded(picture().png()), true),
  webp: taggedWebp,
  avif: by('avif', () => encoded(picture().avif({ quality: 90 }))),
  jxl: by('jxl', async () => cjxl(await encoded(picture().png()), 'png', '-d', '1')),
  tiff: by('tiff', () => encoded(picture().tiff({ compression: 'lzw' }))),
};

/** By hand, from what exiftool wrote into a JPEG: its older versions write no WebP. */
async function taggedWebp(): Promise<Tagged> {
  const bare = await encoded(picture().webp({ lossless: true }));
  // An extended file, with an EXIF block of libvips' own at its end, which is taken off again.
  const extended = Buffer.from(await sharp(bare).withMetadata({ orientation: 1 }).webp({ lossless: true }).toBuffer());
  const end = extended.indexOf('EXIF') > 0 ? extended.indexOf('EXIF') : extended.length;
  return { bare, tagged: withTagsOf((await taggedJpeg()).tagged, new Uint8Array(extended.subarray(0, end))) };
}

/** A copy of an extended WebP with the JPEG's EXIF and XMP. */
function withTagsOf(jpeg: Uint8Array, webp: Uint8Array): Uint8Array {
  const open = webp.slice();
  open[20]! |= 0x08 | 0x04;
  return withWebpChunks(
    open,
    ['EXIF', payload(jpeg, 'Exif\0\0')],
    ['XMP ', payload(jpeg, 'http://ns.adobe.com/xap/1.0/\0')],
  );
}

/** What follows the name in the JPEG's segment of that name. */
function payload(jpeg: Uint8Array, name: string): Uint8Array {
  const file = Buffer.from(jpeg);
  const at = file.indexOf(name);
  const end = at - 2 + file.readUInt16BE(at - 2);
  return new Uint8Array(file.subarray(at + name.length, end));
}

/** Animations with as much of it as exiftool writes into them. */
export const MOVIES = {
  gif: async () => withTags(await animated('gif', 3), 'gif', ARGS),
  png: async () => withTags(movingPng(), 'png', ARGS),
  webp: async () => withTagsOf((await taggedJpeg()).tagged, await animated('webp', 2)),
} as const satisfies Record<string, () => Promise<Uint8Array>>;
export type MovieName = keyof typeof MOVIES;

function movingPng(): Uint8Array {
  const size = { width: 40, height: 30 };
  return apng({
    ...size,
    plays: 2,
    frames: randomFrames(11, 4, size, 'partial').map(({ data }) => ({ ...size, data, delay: [1, 5] })),
  });
}
