/** The elements of an ICC profile that say what colours are, read from bytes that nobody vouches for: ICC.1:2022 (version 4.4) and ICC.1:2001-04 (2.4). */
import { CompressionError } from '../errors.ts';
import type { Reader } from '../bytes/reader.ts';
import { readParametric, s15Fixed16 } from '../image/metadata/icc-tags.ts';
import type { TableStage } from './colour-table.ts';
import type { Matrix3, Vector3 } from './matrix.ts';
import type { ToneCurve } from './tone-curve.ts';

/** XYZType: 10.31. */
export function readXyz(profile: Reader, at: number): Vector3 {
  if (profile.ascii(at, 4) !== 'XYZ ') throw new CompressionError('corrupt');
  return [s15Fixed16(profile, at + 8), s15Fixed16(profile, at + 12), s15Fixed16(profile, at + 16)];
}

/** curveType (10.6) or parametricCurveType (10.18). @returns the curve and where it ends, unpadded */
export function readCurve(profile: Reader, at: number): { curve: ToneCurve; end: number } {
  const type = profile.ascii(at, 4);
  if (type === 'curv') {
    const count = profile.u32(at + 8);
    const end = at + 12 + count * 2;
    if (end > profile.length) throw new CompressionError('corrupt');
    if (count === 0) return { curve: parametric(1), end };
    if (count === 1) return { curve: parametric(profile.u16(at + 12) / 256), end };
    return { curve: sampled(count, (i) => profile.u16(at + 12 + i * 2) / 65535), end };
  }
  if (type !== 'para') throw new CompressionError('corrupt');
  const { form, values, end } = readParametric(profile, at);
  const { g, a, b, c, d, e, f } = values;
  const start = a === 0 ? 0 : -b / a;
  switch (form) {
    case 0:
      return { curve: parametric(g), end };
    case 1:
      return { curve: { kind: 'parametric', g, a, b, c: 0, d: start, e: 0, f: 0 }, end };
    // Below its start this form stays at the constant.
    case 2:
      return { curve: { kind: 'parametric', g, a, b, c: 0, d: start, e: c, f: c }, end };
    default:
      return { curve: { kind: 'parametric', g, a, b, c, d, e, f }, end };
  }
}

/** lut8Type (10.10), lut16Type (10.11) or lutAToBType (10.12), as steps, with the number of device channels. */
export function readTable(
  profile: Reader,
  at: number,
): { type: 'mft1' | 'mft2' | 'mAB '; inputs: number; stages: TableStage[] } {
  const type = profile.ascii(at, 4);
  const inputs = profile.u8(at + 8);
  const outputs = profile.u8(at + 9);
  if (outputs !== 3 || inputs < 1 || inputs > 4) throw new CompressionError('corrupt');
  if (type === 'mAB ') return { type, inputs, stages: readAToB(profile, at, inputs) };
  if (type !== 'mft1' && type !== 'mft2') throw new CompressionError('corrupt');
  const wide = type === 'mft2';
  const inputEntries = wide ? profile.u16(at + 48) : 256;
  const outputEntries = wide ? profile.u16(at + 50) : 256;
  const points = new Array<number>(inputs).fill(profile.u8(at + 10));
  let next = at + (wide ? 52 : 48);
  const read = (entries: number): ((i: number) => number) => {
    const start = next;
    next += entries * (wide ? 2 : 1);
    if (next > profile.length) throw new CompressionError('corrupt');
    return wide ? (i) => profile.u16(start + i * 2) / 65535 : (i) => profile.u8(start + i) / 255;
  };
  const curves = (channels: number, entries: number): TableStage => ({
    kind: 'curves',
    curves: Array.from({ length: channels }, () => sampled(entries, read(entries))),
  });
  return {
    type,
    inputs,
    stages: [curves(inputs, inputEntries), gridOf(points, outputs, read), curves(outputs, outputEntries)],
  };
}

function readAToB(profile: Reader, at: number, inputs: number): TableStage[] {
  const [toB, toMatrix, toM, toGrid, toA] = [12, 16, 20, 24, 28].map((field) => profile.u32(at + field)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (toB === 0 || (toGrid === 0 && inputs !== 3)) throw new CompressionError('corrupt');
  const stages: TableStage[] = [];
  if (toA !== 0 && toGrid !== 0) stages.push(readCurves(profile, at + toA, inputs));
  if (toGrid !== 0) {
    const points = Array.from({ length: inputs }, (_, i) => profile.u8(at + toGrid + i));
    const wide = profile.u8(at + toGrid + 16) === 2;
    const start = at + toGrid + 20;
    stages.push(
      gridOf(points, 3, (entries) => {
        if (start + entries * (wide ? 2 : 1) > profile.length) throw new CompressionError('corrupt');
        return wide ? (i) => profile.u16(start + i * 2) / 65535 : (i) => profile.u8(start + i) / 255;
      }),
    );
  }
  if (toM !== 0 && toMatrix !== 0) {
    const cell = (i: number): number => s15Fixed16(profile, at + toMatrix + i * 4);
    stages.push(readCurves(profile, at + toM, 3), {
      kind: 'matrix',
      matrix: Array.from({ length: 9 }, (_, i) => cell(i)) as unknown as Matrix3,
      offset: [cell(9), cell(10), cell(11)],
    });
  }
  stages.push(readCurves(profile, at + toB, 3));
  return stages;
}

/** Curves after each other, each begun at a multiple of 4 bytes. */
function readCurves(profile: Reader, at: number, count: number): TableStage {
  const curves: ToneCurve[] = [];
  for (let i = 0, next = at; i < count; i++) {
    const { curve, end } = readCurve(profile, next);
    curves.push(curve);
    next = at + Math.ceil((end - at) / 4) * 4;
  }
  return { kind: 'curves', curves };
}

/** @param read reserves that many entries, and throws when the profile has fewer */
function gridOf(
  points: readonly number[],
  outputs: number,
  read: (entries: number) => (i: number) => number,
): TableStage {
  const entries = points.reduce((product, count) => product * count, outputs);
  if (entries === 0) throw new CompressionError('corrupt');
  return { kind: 'grid', points, outputs, values: Float64Array.from({ length: entries }, withIndex(read(entries))) };
}

function sampled(count: number, value: (i: number) => number): ToneCurve {
  if (count < 2) throw new CompressionError('corrupt');
  return { kind: 'sampled', values: Float64Array.from({ length: count }, withIndex(value)) };
}

function withIndex(value: (i: number) => number): (_: unknown, i: number) => number {
  return (_, i) => value(i);
}

function parametric(g: number): ToneCurve {
  return { kind: 'parametric', g, a: 1, b: 0, c: 0, d: 0, e: 0, f: 0 };
}
