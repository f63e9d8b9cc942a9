/**
 * What holds for a format whatever program reads or writes it: the one place for its names, its limits, and what it
 * carries. What belongs to one encoder (options, memory) is in its file under `lib/core/codecs`.
 */
import { OUTPUT_FORMATS, type InputFormat, type OutputFormat } from './inspection.ts';

export interface FormatFacts {
  /** As registered with IANA, or as browsers say it where nothing is registered (BMP, ICO: HTML's MIME sniffing). */
  readonly mediaType: string;
  /** Without a dot, in lower case. The first is what a new file gets; a file that has any of the `usual` keeps it. */
  readonly extensions: {
    readonly usual: readonly [string, ...string[]];
    /** Names under which such files are met, and that are replaced when one is written. */
    readonly rare: readonly string[];
  };
  /** The longest side in pixels that the format can state, its encoder takes, or is read here. */
  readonly maxSide: number;
  readonly alpha: boolean;
  /** Whether it can be written with a loss, and without one. */
  readonly lossy: boolean;
  readonly lossless: boolean;
  /** Its container takes an ICC profile beside pixels that were coded without it. */
  readonly icc: boolean;
  readonly animation: boolean;
  /** Its decoder here gives upright pixels, whatever orientation the file states. */
  readonly decodesUpright: boolean;
}

export const FORMAT_FACTS: Readonly<Record<InputFormat, FormatFacts>> = {
  jpeg: {
    mediaType: 'image/jpeg',
    extensions: { usual: ['jpg', 'jpeg'], rare: ['jpe', 'jfif', 'pjpeg', 'pjp', 'jif'] },
    // JPEG_MAX_DIMENSION of libjpeg, a little below the 16 bits of ITU-T T.81, B.2.2.
    maxSide: 65_500,
    alpha: false,
    lossy: true,
    lossless: false,
    icc: true,
    animation: false,
    decodesUpright: false,
  },
  png: {
    mediaType: 'image/png',
    extensions: { usual: ['png'], rare: ['apng'] },
    maxSide: 65_535,
    alpha: true,
    // By a palette: fewer colours.
    lossy: true,
    lossless: true,
    icc: true,
    animation: true,
    decodesUpright: false,
  },
  webp: {
    mediaType: 'image/webp',
    extensions: { usual: ['webp'], rare: [] },
    // 14 bits: RFC 9649, 2.6.
    maxSide: 16_383,
    alpha: true,
    lossy: true,
    lossless: true,
    icc: true,
    animation: true,
    decodesUpright: false,
  },
  avif: {
    mediaType: 'image/avif',
    extensions: { usual: ['avif'], rare: ['avifs'] },
    // 16 bits: AV1, 5.5.1.
    maxSide: 65_535,
    alpha: true,
    lossy: true,
    lossless: true,
    icc: true,
    animation: true,
    decodesUpright: false,
  },
  jxl: {
    mediaType: 'image/jxl',
    extensions: { usual: ['jxl'], rare: [] },
    maxSide: 65_535,
    alpha: true,
    lossy: true,
    lossless: true,
    // It is a part of the codestream.
    icc: false,
    animation: true,
    // libjxl turns the pixels by itself unless it is told to keep the orientation.
    decodesUpright: true,
  },
  gif: {
    mediaType: 'image/gif',
    extensions: { usual: ['gif'], rare: [] },
    maxSide: 65_535,
    alpha: true,
    lossy: false,
    lossless: true,
    icc: false,
    animation: true,
    decodesUpright: false,
  },
  bmp: {
    mediaType: 'image/bmp',
    extensions: { usual: ['bmp'], rare: ['dib'] },
    maxSide: 65_535,
    alpha: true,
    lossy: false,
    lossless: true,
    icc: false,
    animation: false,
    decodesUpright: true,
  },
  ico: {
    mediaType: 'image/x-icon',
    extensions: { usual: ['ico'], rare: [] },
    maxSide: 65_535,
    alpha: true,
    lossy: false,
    lossless: true,
    icc: false,
    animation: false,
    decodesUpright: true,
  },
  svg: {
    mediaType: 'image/svg+xml',
    extensions: { usual: ['svg'], rare: ['svgz'] },
    maxSide: 65_535,
    alpha: true,
    lossy: false,
    lossless: true,
    icc: false,
    animation: false,
    decodesUpright: true,
  },
  heic: {
    mediaType: 'image/heic',
    extensions: { usual: ['heic', 'heif'], rare: ['hif', 'heics'] },
    maxSide: 65_535,
    alpha: true,
    lossy: true,
    lossless: false,
    icc: true,
    animation: false,
    decodesUpright: true,
  },
  tiff: {
    mediaType: 'image/tiff',
    extensions: { usual: ['tif', 'tiff'], rare: [] },
    maxSide: 65_535,
    alpha: true,
    lossy: true,
    lossless: true,
    icc: true,
    animation: false,
    decodesUpright: false,
  },
};

export function mediaTypeOf(format: InputFormat): string {
  return FORMAT_FACTS[format].mediaType;
}

/** Whether the format is one that is written, too. */
export function isOutputFormat(format: InputFormat): format is OutputFormat {
  return (OUTPUT_FORMATS as readonly string[]).includes(format);
}

const FORMAT_BY_EXTENSION: ReadonlyMap<string, InputFormat> = new Map(
  (Object.entries(FORMAT_FACTS) as [InputFormat, FormatFacts][]).flatMap(([format, { extensions }]) =>
    [...extensions.usual, ...extensions.rare].map((extension) => [extension, format]),
  ),
);

/** The format that an extension stands for (without its dot, in any case), or null. */
export function formatOfExtension(extension: string): InputFormat | null {
  return FORMAT_BY_EXTENSION.get(extension.toLowerCase()) ?? null;
}
