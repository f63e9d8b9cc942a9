/** A small ICC profile that says what a file said in another way, so that its pixels can stay as they are. */
import { CompressionError } from '../errors.ts';
import { D50, SRGB_TO_XYZ, type Vector3 } from './matrix.ts';
import type { SourceColour } from './source-colour.ts';
import type { ToneCurve } from './tone-curve.ts';

/**
 * A display profile of version 4.4 with curves and matrix (ICC.1:2022, 8.4.3): about 500 bytes. Grey becomes RGB with the
 * grey curve in each channel, since that is what is written for a grey picture in a format of three channels.
 *
 * @throws CompressionError `unsupported-variant` for tables and for high dynamic range: those are converted instead
 */
export function profileFor(source: SourceColour, description: string): Uint8Array<ArrayBuffer> {
  if (source.kind !== 'rgb' && source.kind !== 'grey')
    throw new CompressionError('unsupported-variant', { format: 'ICC', feature: source.kind });
  const m = source.kind === 'rgb' ? source.toXyz : SRGB_TO_XYZ;
  const [red, green, blue] = source.kind === 'rgb' ? source.curves : [source.curve, source.curve, source.curve];
  const curves = new Map([red, green, blue].map((curve) => [curve, curveTag(curve)]));
  const shared = (curve: ToneCurve): readonly number[] => curves.get(curve) ?? [];
  const column = (i: number): Vector3 => [m[i]!, m[i + 3]!, m[i + 6]!];
  return assemble([
    ['desc', textTag(description)],
    ['cprt', textTag('CC0')],
    ['wtpt', xyzTag(D50)],
    ['rXYZ', xyzTag(column(0))],
    ['gXYZ', xyzTag(column(1))],
    ['bXYZ', xyzTag(column(2))],
    ['rTRC', shared(red)],
    ['gTRC', shared(green)],
    ['bTRC', shared(blue)],
  ]);
}

type Tag = readonly [name: string, data: readonly number[]];

/** Header (7.2), tag table (7.3) and tags; the same data is written once. */
function assemble(tags: readonly Tag[]): Uint8Array<ArrayBuffer> {
  const body: number[] = [];
  const placed = new Map<readonly number[], number>();
  const dataAt = 128 + 4 + tags.length * 12;
  for (const [, data] of tags) {
    if (placed.has(data)) continue;
    placed.set(data, dataAt + body.length);
    body.push(...data, ...new Array<number>((4 - (data.length % 4)) % 4).fill(0));
  }
  const header = [
    ...u32(dataAt + body.length),
    ...u32(0),
    ...u32(0x04400000),
    ...ascii('mntrRGB XYZ '),
    // A fixed date: the same colours are the same bytes.
    ...[2024, 1, 1, 0, 0, 0].flatMap(u16),
    ...ascii('acsp'),
    ...new Array<number>(28).fill(0),
    ...D50.flatMap(fixed),
    ...new Array<number>(48).fill(0),
  ];
  const table = [
    ...u32(tags.length),
    ...tags.flatMap(([name, data]) => [...ascii(name), ...u32(placed.get(data) ?? 0), ...u32(data.length)]),
  ];
  return new Uint8Array([...header, ...table, ...body]);
}

/** curveType (10.6), or parametricCurveType (10.18) of function type 0 or 4. */
function curveTag(curve: ToneCurve): readonly number[] {
  if (curve.kind === 'sampled') {
    return [
      ...ascii('curv'),
      ...u32(0),
      ...u32(curve.values.length),
      ...Array.from(curve.values, (value) => u16(Math.round(value * 65535))).flat(),
    ];
  }
  const { g, a, b, c, d, e, f } = curve;
  const power = d <= 0 && a === 1 && b === 0 && e === 0;
  return power
    ? [...ascii('para'), ...u32(0), ...u16(0), ...u16(0), ...fixed(g)]
    : [...ascii('para'), ...u32(0), ...u16(4), ...u16(0), ...[g, a, b, c, d, e, f].flatMap(fixed)];
}

/** multiLocalizedUnicodeType (10.15) with one record, in English. */
function textTag(text: string): readonly number[] {
  const letters = Array.from({ length: text.length }, (_, i) => u16(text.charCodeAt(i))).flat();
  return [
    ...ascii('mluc'),
    ...u32(0),
    ...u32(1),
    ...u32(12),
    ...ascii('enUS'),
    ...u32(letters.length),
    ...u32(28),
    ...letters,
  ];
}

function xyzTag(values: Vector3): readonly number[] {
  return [...ascii('XYZ '), ...u32(0), ...values.flatMap(fixed)];
}

function ascii(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

/** s15Fixed16Number. */
function fixed(value: number): number[] {
  return u32(Math.round(value * 65536) >>> 0);
}
