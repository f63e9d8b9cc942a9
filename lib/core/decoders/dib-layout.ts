/**
 * Where the parts of a device-independent bitmap lie, in a BMP file and in an icon's entries, and its colours: Windows GDI's
 * BITMAPCOREHEADER and BITMAPINFOHEADER (versions 3 to 5).
 */
import { CompressionError } from '../errors.ts';
import { MAX_PIXELS } from '../image/limits.ts';
import { Reader } from '../bytes/reader.ts';
import { BI, readDib, type Dib } from '../image/formats/dib-header.ts';

export interface DibHeader extends Pick<Dib, 'width' | 'topDown' | 'bits' | 'coding'> {
  /** Rows of the picture; in an icon those of the mask are not counted. */
  readonly height: number;
  /** Red, green, blue, alpha; 0 where there is none. */
  readonly masks: readonly [number, number, number, number];
  /** RGBA8 colours, for 8 bits a pixel and fewer. */
  readonly palette: Uint8Array;
  /** Where the first stored row begins. */
  readonly pixelsAt: number;
}

/**
 * @param icon the header's height counts the rows of the mask too
 * @param pixelsAt where the file says that rows begin, or 0: a palette ends there at the latest
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant`, `too-many-pixels`
 */
export function readDibHeader(bytes: Uint8Array, at: number, icon: boolean, pixelsAt = 0): DibHeader {
  const reader = new Reader(bytes, 'little');
  const dib = readDib(reader, at, icon);
  const { size, width, topDown, bits, compression, coding, alphaMask } = dib;
  const height = icon ? Math.floor(dib.height / 2) : dib.height;
  if (height === 0) throw new CompressionError('corrupt');
  if (width * height > MAX_PIXELS)
    throw new CompressionError('too-many-pixels', { width, height, limit: MAX_PIXELS / 1e6 });
  const fields = compression === BI.bitFields || compression === BI.alphaBitFields;
  // Version 3 headers keep the masks behind them, later ones inside at the same place.
  const mask = (i: number): number => reader.u32(at + 40 + i * 4);
  const colourMasks = fields ? ([mask(0), mask(1), mask(2)] as const) : defaultMasks(bits);
  const behind = !fields || size !== 40 ? 0 : compression === BI.alphaBitFields ? 16 : 12;
  const paletteAt = at + size + behind;
  const entry = size === 12 ? 3 : 4;
  const most = bits <= 8 ? 1 << bits : 0;
  const fitting = pixelsAt >= paletteAt ? Math.floor((pixelsAt - paletteAt) / entry) : most;
  const used = (size >= 36 ? reader.u32(at + 32) : 0) || most;
  const colours = Math.min(used, most, fitting);
  const palette = new Uint8Array(colours * 4);
  for (let i = 0; i < colours; i++) {
    const from = paletteAt + i * entry;
    palette.set([reader.u8(from + 2), reader.u8(from + 1), reader.u8(from), 255], i * 4);
  }
  return {
    width,
    height,
    topDown,
    bits,
    coding,
    masks: [...colourMasks, alphaMask],
    palette,
    pixelsAt: pixelsAt >= paletteAt ? pixelsAt : paletteAt + colours * entry,
  };
}

/** Without bit fields 16 bits are 5 each, 32 bits are 8 each. */
function defaultMasks(bits: number): readonly [number, number, number] {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
}
