/**
 * TIFF: the first page, by our own bounded and exact code. JPEG inside is the JPEG codec's. Fax and
 * the oldest kind of JPEG are utif2's, which is loaded when such a file comes: it can be led into loops without end, so
 * readers run where they can be stopped. It never sees directories.
 */
import type { decodeImage, IFD } from 'utif2';
import type { LoadWasm } from '../codecs/codec.ts';
import { joinBytes } from '../bytes/bytes.ts';
import { CompressionError } from '../errors.ts';
import { FAULTY, PARTS_MISSING } from '../model/receipt.ts';
import type { PictureReader } from './picture.ts';
import { expandJpegParts, expandOldJpeg, isJpegOfCodec } from './tiff-jpeg.ts';
import { COMPRESSION, PHOTOMETRIC, readFirstPage, type TiffPage } from './tiff-page.ts';
import { expandParts, expandsHere, gridOf, withBitsReversed, type Expanded } from './tiff-parts.ts';
import { samplesToRgba } from './tiff-samples.ts';
import { expandYCbCr } from './tiff-ycbcr.ts';

/** The tags that utif2 expands strips and tiles by. No predictor (317): only LZW and deflate have one, and it asks nobody. */
const TAGS = [
  256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 322, 323, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521,
  529, 530, 531, 532,
];

/** Fax of three kinds, old JPEG, ThunderScan. */
const FAX3 = 3;
const UTIF_COMPRESSIONS = [2, FAX3, 4, COMPRESSION.oldJpeg, 32809];

export const tiffReader: PictureReader = {
  async read(bytes, load) {
    const { page, pages, chainBroken } = readFirstPage(bytes);
    try {
      const expanded = await expand(bytes, page, load);
      const { pixels, notes } = samplesToRgba(expanded.page, expanded.planes);
      return {
        ...pixels,
        notes: [
          ...(expanded.incomplete ? [PARTS_MISSING] : chainBroken ? [FAULTY] : []),
          ...notes,
          ...(pages > 1 ? [{ kind: 'lost', code: 'first-page-only', parameters: { pages } } as const] : []),
        ],
      };
    } catch (thrown) {
      throw CompressionError.from(thrown, 'corrupt');
    }
  },
};

async function expand(
  bytes: Uint8Array<ArrayBuffer>,
  page: TiffPage,
  load: LoadWasm,
): Promise<Expanded & { readonly page: TiffPage }> {
  if (isJpegOfCodec(page)) return { page: inColours(page), ...(await expandJpegParts(bytes, page, load)) };
  const oldJpeg = page.compression === COMPRESSION.oldJpeg ? await expandOldJpeg(bytes, page, load) : null;
  if (oldJpeg) return { page: inColours(page), planes: oldJpeg, incomplete: false };
  if (expandsHere(page)) {
    const expandAll = page.photometric === PHOTOMETRIC.yCbCr ? expandYCbCr : expandParts;
    return { page, ...(await expandAll(bytes, page)) };
  }
  const { planes, photometric } = await expandByUtif(bytes, page);
  if (photometric === PHOTOMETRIC.yCbCr)
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: 'old JPEG in YCbCr' });
  const { across, down } = gridOf(page);
  const incomplete = page.parts.length < across * down * planes.length || page.parts.some(({ length }) => length === 0);
  return { page: { ...page, photometric }, planes, incomplete };
}

/** The JPEG codec gives RGB for YCbCr. */
function inColours(page: TiffPage): TiffPage {
  return page.photometric === PHOTOMETRIC.yCbCr ? { ...page, photometric: PHOTOMETRIC.rgb } : page;
}

async function expandByUtif(
  bytes: Uint8Array<ArrayBuffer>,
  page: TiffPage,
): Promise<{ planes: Uint8Array[]; photometric: number }> {
  if (!UTIF_COMPRESSIONS.includes(page.compression))
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: `compression ${page.compression}` });
  const { decodeImage } = await loadUtif();
  const planeCount = page.planar ? page.samples : 1;
  const partsPerPlane = Math.floor(page.parts.length / planeCount);
  const { buffer, parts } =
    page.compression === FAX3 ? withFirstMarks(bytes, page) : { buffer: whole(bytes), parts: page.parts };
  let { photometric } = page;
  const planes = Array.from({ length: planeCount }, (_, i) => {
    const ifd = directory(page, parts.slice(i * partsPerPlane, (i + 1) * partsPerPlane));
    decodeImage(buffer, ifd);
    if (!(ifd.data instanceof Uint8Array)) throw new CompressionError('corrupt');
    // Its JPEG decoder gives RGB, and says so.
    if (page.photometric === PHOTOMETRIC.yCbCr) photometric = (ifd['t262'] as number[])[0] ?? photometric;
    return ifd.data;
  });
  return { planes, photometric };
}

function whole(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.buffer.byteLength === bytes.byteLength ? bytes.buffer : bytes.slice().buffer;
}

/**
 * Strips of group 3 alone, each with the mark (EOL; T.4, 4.1.2) before its first row that some writers leave out: utif2
 * counts rows by their marks. Where rows may be coded by the one above, the mark also says that the first is not.
 */
function withFirstMarks(
  bytes: Uint8Array<ArrayBuffer>,
  page: TiffPage,
): { buffer: ArrayBuffer; parts: TiffPage['parts'] } {
  const twoDimensional = ((page.numbers(292)?.[0] ?? 0) & 1) === 1;
  const mark = Uint8Array.of(0, twoDimensional ? 3 : 1);
  const strips = page.parts.map(({ at, length }) => {
    const strip = bytes.subarray(at, at + length);
    const codes = page.bitsReversed ? withBitsReversed(strip.subarray(0, 2)) : strip;
    // Eleven zeros begin nothing else.
    if (codes[0] === 0 && (codes[1] ?? 0) < 32) return strip;
    return joinBytes([page.bitsReversed ? withBitsReversed(mark) : mark, strip]);
  });
  let next = 0;
  const parts = strips.map(({ length }) => ({ at: (next += length) - length, length }));
  return { buffer: joinBytes(strips).buffer, parts };
}

/** utif2's form of a directory: `t` and the tag's number. Each plane is a picture of one sample. */
function directory(page: TiffPage, parts: TiffPage['parts']): IFD {
  const ifd: Record<string, number[] | number | Uint8Array> = {};
  for (const tag of TAGS) {
    const values = page.numbers(tag);
    if (values && values.length > 0) ifd[`t${tag}`] = values;
  }
  ifd['t258'] = new Array<number>(page.planar ? 1 : page.samples).fill(page.bits);
  ifd['t262'] = [page.photometric];
  ifd['t277'] = [page.planar ? 1 : page.samples];
  ifd['t284'] = [1];
  ifd['t278'] ??= [page.height];
  const tiled = ifd['t322'] !== undefined;
  ifd[tiled ? 't324' : 't273'] = parts.map(({ at }) => at);
  ifd[tiled ? 't325' : 't279'] = parts.map(({ length }) => length);
  return ifd as unknown as IFD;
}

interface Utif {
  readonly decodeImage: typeof decodeImage;
}

/** A CommonJS module: its names are on the default export, or on the namespace, as the bundler has it. */
async function loadUtif(): Promise<Utif> {
  const loaded = (await import('utif2')) as Utif & { default?: Utif };
  return loaded.default ?? loaded;
}
