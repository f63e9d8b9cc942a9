/** YCbCr that is not JPEG's: TIFF 6.0, sections 20 and 21. */
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { TiffPage } from './tiff-page.ts';
import { expandPart, gridOf, placeOf, predictorOf, type Expanded } from './tiff-parts.ts';

const TAG = { coefficients: 529, subsampling: 530, referenceBlackWhite: 532 } as const;

/**
 * One plane with Y, Cb and Cr of each pixel. Strips hold data units: the Ys of a block of pixels, then the Cb and the Cr
 * that they share (section 21, "Ordering of Component Samples"). Each pixel takes the block's, as libtiff has it.
 *
 * @throws CompressionError `corrupt`, `unsupported-variant`
 */
export async function expandYCbCr(bytes: Uint8Array<ArrayBuffer>, page: TiffPage): Promise<Expanded> {
  const [across = 2, down = 2] = page.numbers(TAG.subsampling) ?? [];
  const plain = across * down === 1;
  if (page.bits !== 8 || page.samples !== 3 || page.planar || (!plain && predictorOf(page) !== 1)) {
    throw new CompressionError('unsupported-variant', { format: 'TIFF', feature: 'YCbCr of another layout' });
  }
  // Each is 1, 2 or 4, and pixels are at least as close from side to side as from top to bottom.
  if (![1, 2, 4].includes(across) || ![1, 2, 4].includes(down)) throw new CompressionError('corrupt');
  const grid = gridOf(page);
  const unit = across * down + 2;
  const plane = new Uint8Array(page.width * page.height * 3);
  let incomplete = page.parts.length < grid.across * grid.down;
  for (let i = 0; i < Math.min(page.parts.length, grid.across * grid.down); i++) {
    const { at, length } = page.parts[i]!;
    const { left, top, width, height } = placeOf(i, grid, page);
    const unitsAcross = Math.ceil(grid.width / across);
    const rows = grid.tiled ? grid.height : height;
    const { part, written } = await expandPart(
      bytes.subarray(at, at + length),
      page,
      unitsAcross * Math.ceil(rows / down) * unit,
      unitsAcross * unit,
    );
    const lastUnit = (Math.ceil(height / down) - 1) * unitsAcross + Math.ceil(width / across);
    incomplete ||= written < lastUnit * unit;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (Math.floor(y / down) * unitsAcross + Math.floor(x / across)) * unit;
        const to = ((top + y) * page.width + left + x) * 3;
        plane[to] = part[from + (y % down) * across + (x % across)]!;
        plane[to + 1] = part[from + unit - 2]!;
        plane[to + 2] = part[from + unit - 1]!;
      }
    }
  }
  return { planes: [plane], incomplete };
}

/** Full range of the numbers, with no colour at 128: the default of section 20 for YCbCr as libtiff has it. */
const FULL_RANGE = [0, 255, 128, 255, 128, 255] as const;
/** ITU-R BT.601, the default of section 21. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Section 21, "RGB from YCbCr". */
export function yCbCrToRgba(page: TiffPage, plane: Uint8Array, { width, height, data }: Pixels): void {
  const [red, green, blue] = three(page.rationals(TAG.coefficients), LUMA);
  const range = page.rationals(TAG.referenceBlackWhite);
  const [yBlack = 0, yWhite = 255, bBlack = 128, bWhite = 255, rBlack = 128, rWhite = 255] =
    range.length === 6 ? range : FULL_RANGE;
  const scaled = (black: number, white: number, most: number): Float64Array =>
    Float64Array.from({ length: 256 }, (_, code) => ((code - black) * most) / (white - black || 1));
  const [luma, toBlue, toRed] = [scaled(yBlack, yWhite, 255), scaled(bBlack, bWhite, 127), scaled(rBlack, rWhite, 127)];
  for (let i = 0, from = 0, to = 0; i < width * height; i++, from += 3, to += 4) {
    const y = luma[plane[from]!]!;
    const r = y + toRed[plane[from + 2]!]! * (2 - 2 * red);
    const b = y + toBlue[plane[from + 1]!]! * (2 - 2 * blue);
    data[to] = r;
    data[to + 1] = (y - blue * b - red * r) / green;
    data[to + 2] = b;
    data[to + 3] = 255;
  }
}

function three(
  found: readonly number[],
  otherwise: readonly [number, number, number],
): readonly [number, number, number] {
  const [first, second, third] = found;
  return found.length === 3 && first !== undefined && second && third !== undefined
    ? [first, second, third]
    : otherwise;
}
