/**
 * TIFF: the first page, by our own bounded and exact code. JPEG inside is the JPEG codec's. Fax and
 * the oldest kind of JPEG are utif2's, which is loaded when such a file comes: it can be led into loops without end, so
 * readers run where they can be stopped. It never sees directories.
 */
import type { decodeImage, IFD } from 'utif2';
import type { LoadWasm } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { PictureReader } from './picture.ts';
import { expandJpegParts, expandOldJpeg, isJpegOfCodec } from './tiff-jpeg.ts';
import { COMPRESSION, PHOTOMETRIC, readFirstPage, type TiffPage } from './tiff-page.ts';
import { expandParts, expandsHere } from './tiff-parts.ts';
import { samplesToRgba } from './tiff-samples.ts';
import { expandYCbCr } from './tiff-ycbcr.ts';

/** The tags that utif2 expands strips and tiles by. */
const TAGS = [
  256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 322, 323, 347, 512, 513, 514, 515, 517, 518, 519, 520,
  521, 529, 530, 531, 532,
];

/** Fax of three kinds, old JPEG, ThunderScan. */
const UTIF_COMPRESSIONS = [2, 3, 4, COMPRESSION.oldJpeg, 32809];

export const tiffReader: PictureReader = {
  async read(bytes, load) {
    const { page, pages } = readFirstPage(bytes);
    try {
      const expanded = await expand(bytes, page, load);
      const { pixels, notes } = samplesToRgba(expanded.page, expanded.planes);
      return {
        ...pixels,
        notes: pages > 1 ? [...notes, { kind: 'lost', code: 'first-page-only', parameters: { pages } }] : notes,
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
): Promise<{ page: TiffPage; planes: Uint8Array[] }> {
  if (isJpegOfCodec(page)) return { page: inColours(page), planes: await expandJpegParts(bytes, page, load) };
  const oldJpeg = page.compression === COMPRESSION.oldJpeg ? await expandOldJpeg(bytes, page, load) : null;
  if (oldJpeg) return { page: inColours(page), planes: oldJpeg };
  if (expandsHere(page))
    return {
      page,
      planes: page.photometric === PHOTOMETRIC.yCbCr ? await expandYCbCr(bytes, page) : await expandParts(bytes, page),
    };
  const { planes, photometric } = await expandByUtif(bytes, page);
  if (photometric === PHOTOMETRIC.yCbCr)
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: 'old JPEG in YCbCr' });
  return { page: { ...page, photometric }, planes };
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
  const buffer = bytes.buffer.byteLength === bytes.byteLength ? bytes.buffer : bytes.slice().buffer;
  let { photometric } = page;
  const planes = Array.from({ length: planeCount }, (_, i) => {
    const ifd = directory(page, page.parts.slice(i * partsPerPlane, (i + 1) * partsPerPlane));
    decodeImage(buffer, ifd);
    if (!(ifd.data instanceof Uint8Array)) throw new CompressionError('corrupt');
    // Its JPEG decoder gives RGB, and says so.
    if (page.photometric === PHOTOMETRIC.yCbCr) photometric = (ifd['t262'] as number[])[0] ?? photometric;
    return ifd.data;
  });
  return { planes, photometric };
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
