/**
 * What an image file is, read from its bytes alone: no pixel is decoded for it.
 * These are the words that a plan is made from and that the panel shows before the work.
 */

/** The five formats that are written, and the ones that are only read. */
export const OUTPUT_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'jxl'] as const;
export const INPUT_FORMATS = [...OUTPUT_FORMATS, 'gif', 'bmp', 'ico', 'svg', 'heic', 'tiff'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** EXIF 2.32, 4.6.4.A, tag 0x0112: 1 is upright; 5 to 8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface Inspection {
  readonly format: InputFormat;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Stored size in pixels, before the orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** What EXIF says of a format that browsers do not turn by it; absent where it says nothing or 1. */
  readonly ignoredOrientation?: Orientation;
  /** Bits a channel, as stored: 1, 2, 4, 8, 10, 12, 16 or 32. */
  readonly bitDepth: number;
  readonly colour: Colour;
  /** The file has an alpha channel or a transparent colour; whether any pixel uses it is not known. */
  readonly alpha: boolean;
  readonly animation: Animation | null;
  /** How the pixels are coded, as far as the header tells. */
  readonly coding: Coding;
  readonly metadata: Metadata;
}

export interface Colour {
  readonly model: 'rgb' | 'grey' | 'palette' | 'cmyk' | 'ycck';
  readonly profile: IccProfile | null;
  /** ITU-T H.273 code points, from nclx (AVIF, HEIC) or cICP (PNG). */
  readonly cicp: Cicp | null;
  /** PNG gAMA as the file's gamma (e.g. 0.45455), and cHRM; null when absent or overridden by sRGB/iCCP/cICP. */
  readonly gamma: number | null;
  readonly chromaticities: Chromaticities | null;
}

export interface IccProfile {
  /** The profile's own name (`desc` tag), at most 80 characters, or ''. */
  readonly description: string;
  /** Data colour space signature, e.g. 'RGB ', 'GRAY', 'CMYK' (ICC.1:2022, 7.2.6). */
  readonly space: string;
  readonly bytes: number;
  /** The profile describes sRGB: primaries and curve within a bound, whatever its name. */
  readonly srgb: boolean;
}

export interface Cicp {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

/** CIE xy of white, red, green and blue. */
export interface Chromaticities {
  readonly white: readonly [number, number];
  readonly red: readonly [number, number];
  readonly green: readonly [number, number];
  readonly blue: readonly [number, number];
}

export interface Animation {
  /** Number of frames; at least 2. */
  readonly frames: number;
  /** Times the whole plays; 0 is for ever. */
  readonly loops: number;
  /** Of one pass, in ms; null when the header does not tell. */
  readonly milliseconds: number | null;
}

export interface Coding {
  readonly lossless: boolean | null;
  /** Estimated encoder quality, 1 to 100 on libjpeg's scale (JPEG) or libwebp's (WebP); null when unknown. */
  readonly quality: number | null;
  readonly progressive: boolean;
  /** Coded in a way that the WASM decoder does not read (CMYK, arithmetic, 12-bit, lossless JPEG), or that is no RGB of whole numbers (TIFF): what it is, in short. */
  readonly unsupportedCoding: string | null;
}

export interface Metadata {
  /** What is in the file, each kind at most once. */
  readonly kinds: readonly MetadataKind[];
  /** Bytes of all metadata together, ICC profile not counted. */
  readonly bytes: number;
}

export const METADATA_KINDS = [
  'exif',
  'xmp',
  'iptc',
  'comment',
  'gps',
  'place',
  'georeference',
  'people',
  'serial-number',
  'owner-name',
  'maker-note',
  'thumbnail',
  'software',
  'copyright',
  'artist',
  'credit',
  'rights',
  'title',
  'ai-provenance',
  'c2pa',
  'date',
  'camera',
  'gain-map',
  'motion-photo',
  'depth-map',
  'extended-xmp',
  'file-path',
  'trailing-data',
  'jpeg-reconstruction',
  'compressed-metadata',
  'physical-size',
] as const;
export type MetadataKind = (typeof METADATA_KINDS)[number];

/** Size in pixels once the orientation is applied. */
export function uprightSize(image: Pick<Inspection, 'width' | 'height' | 'orientation'>): {
  width: number;
  height: number;
} {
  return image.orientation >= 5
    ? { width: image.height, height: image.width }
    : { width: image.width, height: image.height };
}
