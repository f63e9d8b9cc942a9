/** TIFF files of one strip a plane, or of several strips, written tag by tag. */

export interface TiffShape {
  readonly bigEndian?: boolean;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly samples: number;
  readonly photometric: number;
  readonly planar?: boolean;
  readonly extraSamples?: number;
  readonly sampleFormat?: number;
  readonly colourMap?: readonly number[];
  readonly stripLength?: number;
  /** Of each strip, as stated; fewer than there are strips leave the others out. */
  readonly stripLengths?: readonly number[];
  /** Each plane that is given is then a strip. */
  readonly rowsPerStrip?: number;
  readonly compression?: number;
  /** Further tags; the values of a rational are what is divided by 100. */
  readonly more?: readonly (readonly [
    tag: number,
    type: 'short' | 'long' | 'rational' | 'undefined',
    values: readonly number[],
  ])[];
  readonly pages?: number;
  /** Where the last directory points to instead of nowhere. */
  readonly nextDirectory?: number;
  /** The last directory points to the first. */
  readonly circle?: boolean;
}

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;
const TYPES = { short: SHORT, long: LONG, rational: RATIONAL, undefined: UNDEFINED } as const;
const SIZES: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8, [UNDEFINED]: 1 };

export function tiffFile(
  shape: TiffShape,
  planes: readonly (readonly number[] | Uint8Array)[],
): Uint8Array<ArrayBuffer> {
  const { bigEndian = false, pages = 1, circle = false } = shape;
  const order = (bytes: number[]): number[] => (bigEndian ? bytes.reverse() : bytes);
  const short = (value: number): number[] => order([value & 255, (value >>> 8) & 255]);
  const long = (value: number): number[] =>
    order([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
  const starts: number[] = [];
  const data: number[] = [];
  for (const plane of planes) {
    starts.push(8 + data.length);
    data.push(...plane);
  }
  if (data.length % 2) data.push(0);
  const tags: [tag: number, type: number, values: readonly number[]][] = [
    [256, LONG, [shape.width]],
    [257, LONG, [shape.height]],
    [258, SHORT, new Array<number>(shape.samples).fill(shape.bits)],
    [259, SHORT, [shape.compression ?? 1]],
    [262, SHORT, [shape.photometric]],
    [273, LONG, starts],
    [277, SHORT, [shape.samples]],
    [278, LONG, [shape.rowsPerStrip ?? shape.height]],
    [279, LONG, shape.stripLengths ?? planes.map((plane) => shape.stripLength ?? plane.length)],
    [284, SHORT, [shape.planar ? 2 : 1]],
  ];
  if (shape.colourMap) tags.push([320, SHORT, shape.colourMap]);
  if (shape.extraSamples !== undefined) tags.push([338, SHORT, [shape.extraSamples]]);
  if (shape.sampleFormat) tags.push([339, SHORT, new Array<number>(shape.samples).fill(shape.sampleFormat)]);
  for (const [tag, type, values] of shape.more ?? []) tags.push([tag, TYPES[type], values]);
  tags.sort(([a], [b]) => a - b);
  const rational = (value: number): number[] => [...long(value), ...long(100)];
  const size = (type: number, values: readonly number[]): number => values.length * SIZES[type]!;
  const extra = tags.reduce((sum, [, type, values]) => sum + (size(type, values) > 4 ? size(type, values) : 0), 0);
  const directory = (at: number, next: number): number[] => {
    let valuesAt = at + 2 + tags.length * 12 + 4;
    const outside: number[] = [];
    const entries = tags.flatMap(([tag, type, values]) => {
      const bytes = values.flatMap(
        type === SHORT ? short : type === LONG ? long : type === RATIONAL ? rational : (value) => [value],
      );
      const inside = bytes.length <= 4;
      const value = inside ? [...bytes, ...new Array<number>(4 - bytes.length).fill(0)] : long(valuesAt);
      if (!inside) {
        for (const byte of bytes) outside.push(byte);
        valuesAt += bytes.length;
      }
      return [...short(tag), ...short(type), ...long(values.length), ...value];
    });
    return [...short(tags.length), ...entries, ...long(next), ...outside];
  };
  const length = 2 + tags.length * 12 + 4 + extra;
  const first = 8 + data.length;
  const directories = Array.from({ length: pages }, (_, i) =>
    directory(
      first + i * length,
      i + 1 < pages ? first + (i + 1) * length : circle ? first : (shape.nextDirectory ?? 0),
    ),
  );
  return new Uint8Array([
    ...(bigEndian ? [0x4d, 0x4d] : [0x49, 0x49]),
    ...short(42),
    ...long(first),
    ...data,
    ...directories.flat(),
  ]);
}
