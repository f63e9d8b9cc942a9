/**
 * A JPEG turned and cropped without another generation: its blocks of coefficients are put elsewhere, and transposed and
 * mirrored within. That is exact where a crop begins between two MCUs, and no side that is mirrored ends within one.
 */
import { CompressionError } from '../errors.ts';
import { isScreenResolution } from '../image/metadata/exif.ts';
import type { Orientation } from '../image/inspection.ts';
import type { Coefficients, Component, Frame } from './coefficients.ts';
import { packJpeg, readFullPicture } from './optimise-jpeg.ts';
import type { JpegPicture } from './read-jpeg.ts';
import type { ScanCoder } from './scan-coder.ts';

/** Pixels of the turned picture. */
interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a turn is: columns for rows first, then mirrored (EXIF 2.32, 4.6.4.A, Orientation). */
interface Moves {
  readonly transpose: boolean;
  readonly mirrorX: boolean;
  readonly mirrorY: boolean;
}

/**
 * Only what the picture needs is in the result: no metadata, and nothing of what stood behind it.
 *
 * @param turn as an orientation: what is stored, turned so, is upright in the result
 * @returns null where the blocks do not allow it
 * @throws CompressionError what `readFullPicture` throws
 */
export function rearrangeJpeg(
  bytes: Uint8Array,
  turn: Orientation,
  crop: Crop | null,
  coder: ScanCoder,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly width: number; readonly height: number } | null {
  const stored = readFullPicture(bytes, coder);
  const turned = turnedPicture(alone(stored, turn >= 5), movesOf(turn));
  const picture = turned && (crop ? croppedPicture(turned, crop) : turned);
  if (!picture) return null;
  const { width, height } = picture.frame;
  return { bytes: packJpeg(picture, coder), width, height };
}

function movesOf(turn: Orientation): Moves {
  return {
    transpose: turn >= 5,
    mirrorX: turn === 2 || turn === 3 || turn === 6 || turn === 7,
    mirrorY: turn === 3 || turn === 4 || turn === 7 || turn === 8,
  };
}

const APP0 = 0xe0,
  APP14 = 0xee;

/**
 * Without metadata, but with what says how colours are coded: Adobe's segment, and JFIF's without its small picture and its
 * print size (T.871, 10.1). Pixels that are not square stay so.
 */
function alone(picture: JpegPicture, transposes: boolean): JpegPicture {
  const metadata = picture.metadata.flatMap((segment) => {
    if (segment[1] === APP14) return [segment];
    if (segment[1] !== APP0 || segment[4] !== 0x4a || segment[6] !== 0x49 || segment.length < 18) return [];
    const jfif = segment.slice(0, 18);
    jfif.set([0, 16], 2);
    jfif.set([0, 0], 16);
    const [unit, density] = [jfif[11]!, jfif.slice(12, 16)];
    if (unit !== 0 && !isOfScreen(unit, density)) jfif.set([0, 0, 1, 0, 1], 11);
    else if (transposes) jfif.set([...density.subarray(2), ...density.subarray(0, 2)], 12);
    return [jfif];
  });
  return { ...picture, metadata, trailer: new Uint8Array() };
}

function isOfScreen(unit: number, density: Uint8Array): boolean {
  return [0, 2].every((at) => isScreenResolution(((density[at]! << 8) | density[at + 1]!) * (unit === 2 ? 2.54 : 1)));
}

/** The side of an MCU in px: one block where there is one component, which is never interleaved (T.81, A.2.2). */
function mcuOf({ components }: Frame): { readonly width: number; readonly height: number } {
  if (components.length === 1) return { width: 8, height: 8 };
  return {
    width: 8 * Math.max(...components.map(({ horizontal }) => horizontal)),
    height: 8 * Math.max(...components.map(({ vertical }) => vertical)),
  };
}

function turnedPicture(picture: JpegPicture, moves: Moves): JpegPicture | null {
  const { transpose, mirrorX, mirrorY } = moves;
  if (!transpose && !mirrorX && !mirrorY) return picture;
  const { frame } = picture;
  const components = transpose
    ? frame.components.map((each) => ({
        ...each,
        horizontal: each.vertical,
        vertical: each.horizontal,
        blocksWide: each.blocksHigh,
        blocksHigh: each.blocksWide,
      }))
    : frame.components;
  const turned: Frame = transpose
    ? {
        ...frame,
        components,
        width: frame.height,
        height: frame.width,
        mcusWide: frame.mcusHigh,
        mcusHigh: frame.mcusWide,
      }
    : frame;
  const mcu = mcuOf(turned);
  if ((mirrorX && turned.width % mcu.width !== 0) || (mirrorY && turned.height % mcu.height !== 0)) return null;
  const order = coefficientOrder(moves);
  return {
    ...picture,
    frame: turned,
    quantisation: transpose ? picture.quantisation.map(transposedTable) : picture.quantisation,
    coefficients: picture.coefficients.map((coefficients, index) => {
      const { blocksWide, blocksHigh } = components[index] as Component;
      return movedBlocks(coefficients, blocksWide, blocksHigh, order, (x, y) => {
        const [fromX, fromY] = [mirrorX ? blocksWide - 1 - x : x, mirrorY ? blocksHigh - 1 - y : y];
        return transpose ? fromX * blocksHigh + fromY : fromY * blocksWide + fromX;
      });
    }),
  };
}

function croppedPicture(picture: JpegPicture, { left, top, width, height }: Crop): JpegPicture | null {
  const { frame } = picture;
  const mcu = mcuOf(frame);
  if (left % mcu.width !== 0 || top % mcu.height !== 0) return null;
  if (left + width > frame.width || top + height > frame.height) return null;
  const isAlone = frame.components.length === 1;
  const [most, highest] = [mcu.width / 8, mcu.height / 8];
  const components = frame.components.map((each) => ({
    ...each,
    blocksWide: Math.ceil((isAlone ? width : Math.ceil((width * each.horizontal) / most)) / 8),
    blocksHigh: Math.ceil((isAlone ? height : Math.ceil((height * each.vertical) / highest)) / 8),
  }));
  return {
    ...picture,
    frame: {
      ...frame,
      width,
      height,
      components,
      mcusWide: Math.ceil(width / mcu.width),
      mcusHigh: Math.ceil(height / mcu.height),
    },
    coefficients: picture.coefficients.map((coefficients, index) => {
      const from = frame.components[index] as Component;
      const to = components[index] as Component;
      const firstX = (left / mcu.width) * (isAlone ? 1 : from.horizontal);
      const firstY = (top / mcu.height) * (isAlone ? 1 : from.vertical);
      return movedBlocks(
        coefficients,
        to.blocksWide,
        to.blocksHigh,
        null,
        (x, y) => (firstY + y) * from.blocksWide + firstX + x,
      );
    }),
  };
}

/** By the place of a coefficient in zigzag order: its new place, and whether it changes its sign. */
interface CoefficientOrder {
  readonly places: Uint8Array;
  readonly negated: readonly boolean[];
}

/** Columns of a row, by the place in zigzag order: T.81, figure A.6. */
const ZIGZAG = zigzag();

function zigzag(): readonly number[] {
  const order: number[] = [];
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    const cells = Array.from({ length: 8 }, (_, row) => ({ row, column: diagonal - row })).filter(
      ({ column }) => column >= 0 && column < 8,
    );
    // Even diagonals go up, odd ones down.
    if (diagonal % 2 === 0) cells.reverse();
    for (const { row, column } of cells) order.push(row * 8 + column);
  }
  return order;
}

/** Transposed pixels have transposed coefficients; mirrored ones those of odd frequency with the other sign (T.81, A.3.3). */
function coefficientOrder({ transpose, mirrorX, mirrorY }: Moves): CoefficientOrder {
  const places = new Uint8Array(64);
  const negated = ZIGZAG.map((cell, place) => {
    const [row, column] = transpose ? [cell % 8, cell >> 3] : [cell >> 3, cell % 8];
    places[place] = ZIGZAG.indexOf(row * 8 + column);
    return (mirrorX && column % 2 === 1) !== (mirrorY && row % 2 === 1);
  });
  return { places, negated };
}

/** @param order null where each block stays as it is @param sourceOf the number of the block that comes to a place */
function movedBlocks(
  coefficients: Coefficients,
  wide: number,
  high: number,
  order: CoefficientOrder | null,
  sourceOf: (x: number, y: number) => number,
): Coefficients {
  const moved = new Int16Array(wide * high * 64);
  for (let y = 0, to = 0; y < high; y++) {
    for (let x = 0; x < wide; x++, to += 64) {
      const from = sourceOf(x, y) * 64;
      if (!order) moved.set(coefficients.subarray(from, from + 64), to);
      else {
        for (let place = 0; place < 64; place++) {
          const value = coefficients[from + place]!;
          moved[to + order.places[place]!] = order.negated[place] ? -value : value;
        }
      }
    }
  }
  return moved;
}

/** Precision and number, then values of 8 or 16 bits in zigzag order (T.81, B.2.4.1). */
function transposedTable(table: Uint8Array): Uint8Array {
  const size = (table.length - 1) / 64;
  if (size !== 1 && size !== 2) throw new CompressionError('corrupt');
  const { places } = coefficientOrder({ transpose: true, mirrorX: false, mirrorY: false });
  const transposed = table.slice();
  for (let place = 0; place < 64; place++) {
    const from = 1 + place * size;
    transposed.set(table.subarray(from, from + size), 1 + places[place]! * size);
  }
  return transposed;
}
