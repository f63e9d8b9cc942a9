/** Profiles that the tests are made of: known colour spaces, and tables in each of ICC's three layouts. */
import { rgbToXyz, SRGB_TO_XYZ, apply, type Matrix3 } from '../../../../lib/core/colour/matrix.ts';
import type { SourceColour } from '../../../../lib/core/colour/source-colour.ts';
import { lightOf, powerCurve, SRGB_CURVE, type ToneCurve } from '../../../../lib/core/colour/tone-curve.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';

const D65 = [0.3127, 0.329] as const;

export const adobeRgb = rgbSource(
  rgbToXyz({ white: D65, red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] }),
  powerCurve(563 / 256),
);
export const displayP3 = rgbSource(
  rgbToXyz({ white: D65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] }),
  SRGB_CURVE,
);
/** ROMM RGB, ISO 22028-2, with its straight piece in the darks. */
export const proPhoto = rgbSource(
  rgbToXyz({ white: [0.3457, 0.3585], red: [0.7347, 0.2653], green: [0.1596, 0.8404], blue: [0.0366, 0.0001] }),
  { kind: 'parametric', g: 1.8, a: 1, b: 0, c: 1 / 16, d: 16 ** (1.8 / (1 - 1.8)) * 16, e: 0, f: 0 },
);

function rgbSource(toXyz: Matrix3 | null, curve: ToneCurve): SourceColour {
  if (!toXyz) throw new Error('these primaries span no plane');
  return { kind: 'rgb', curves: [curve, curve, curve], toXyz };
}

export type TableLayout = 'mft1' | 'mft2' | 'mAB ';

const POINTS = 9;

/**
 * A profile of tables for RGB with gamma 1.8 and sRGB's primaries, whose darkest colour is `black` (Y) and not quite
 * black, as a print's is. Version 2 for lut8 and lut16, 4 for lutAToB.
 */
export function tableProfile(layout: TableLayout, black = 0): Uint8Array<ArrayBuffer> {
  const base = profileFor({ kind: 'rgb', curves: [SRGB_CURVE, SRGB_CURVE, SRGB_CURVE], toXyz: SRGB_TO_XYZ }, 'table');
  const table = layout === 'mAB ' ? lutAToB(black) : lut(layout, black);
  const shared = new Uint8Array(Math.ceil((128 + 4 + 12 * 4) / 4) * 4);
  shared.set(base.subarray(0, 128));
  const view = new DataView(shared.buffer);
  if (layout !== 'mAB ') view.setUint32(8, 0x02400000);
  shared.set(ascii('scnr'), 12);
  shared.set(ascii('Lab '), 20);
  view.setUint32(128, 4);
  const parts = [...tagsOf(base, ['desc', 'cprt', 'wtpt']), ['A2B0', table] as const];
  let at = shared.length;
  parts.forEach(([name, data], i) => {
    shared.set(ascii(name), 132 + i * 12);
    view.setUint32(136 + i * 12, at);
    view.setUint32(140 + i * 12, data.length);
    at += Math.ceil(data.length / 4) * 4;
  });
  view.setUint32(0, at);
  const profile = new Uint8Array(at);
  profile.set(shared);
  at = shared.length;
  for (const [, data] of parts) {
    profile.set(data, at);
    at += Math.ceil(data.length / 4) * 4;
  }
  return profile;
}

function tagsOf(profile: Uint8Array, names: readonly string[]): [string, Uint8Array][] {
  const view = new DataView(profile.buffer);
  return names.map((name) => {
    for (let i = 0; i < view.getUint32(128); i++) {
      const at = 132 + i * 12;
      if (String.fromCharCode(...profile.subarray(at, at + 4)) === name) {
        return [name, profile.subarray(view.getUint32(at + 4), view.getUint32(at + 4) + view.getUint32(at + 8))];
      }
    }
    throw new Error(`no tag ${name}`);
  });
}

/** L*a*b* as shares of their ranges, at each corner of the grid. */
function corners(black: number): [number, number, number][] {
  const curve = powerCurve(1.8);
  const all: [number, number, number][] = [];
  for (let r = 0; r < POINTS; r++)
    for (let g = 0; g < POINTS; g++)
      for (let b = 0; b < POINTS; b++) {
        const light = [r, g, b].map((step) => black + (1 - black) * lightOf(curve, step / (POINTS - 1))) as [
          number,
          number,
          number,
        ];
        const xyz = apply(SRGB_TO_XYZ, light);
        const f = [xyz[0] / 0.9642, xyz[1], xyz[2] / 0.8249].map((t) =>
          t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29,
        ) as [number, number, number];
        all.push([(116 * f[1] - 16) / 100, (500 * (f[0] - f[1]) + 128) / 255, (200 * (f[1] - f[2]) + 128) / 255]);
      }
  return all;
}

function lut(layout: 'mft1' | 'mft2', black: number): Uint8Array {
  const wide = layout === 'mft2';
  const number = wide
    ? (share: number) => u16(Math.round(share * 65280))
    : (share: number) => [Math.round(share * 255)];
  const ramp = Array.from({ length: 256 }, (_, i) => (wide ? u16(i * 257) : [i])).flat();
  return new Uint8Array([
    ...ascii(layout),
    0,
    0,
    0,
    0,
    3,
    3,
    POINTS,
    0,
    ...[1, 0, 0, 0, 1, 0, 0, 0, 1].flatMap((value) => u32(value * 65536)),
    ...(wide ? [...u16(256), ...u16(256)] : []),
    ...ramp,
    ...ramp,
    ...ramp,
    ...corners(black).flat().flatMap(number),
    ...ramp,
    ...ramp,
    ...ramp,
  ]);
}

/** A curves, grid of 16 bits, M curves, matrix and B curves; the matrix and the curves around it undo each other. */
function lutAToB(black: number): Uint8Array {
  const identity = [...ascii('curv'), 0, 0, 0, 0, 0, 0, 0, 0];
  const power = (g: number): number[] => [...ascii('para'), 0, 0, 0, 0, 0, 0, 0, 0, ...u32(g * 65536)];
  const b = [...identity, ...identity, ...identity];
  // L* and a* change places, and b* is moved.
  const matrix = [0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, -0.1].flatMap((value) => u32(Math.round(value * 65536) >>> 0));
  const m = [...power(1), ...power(1), ...power(1)];
  const grid = [
    POINTS,
    POINTS,
    POINTS,
    ...new Array<number>(13).fill(0),
    2,
    0,
    0,
    0,
    ...corners(black)
      .flatMap(([l, a, bStar]) => [a, l, bStar + 0.1])
      .flatMap((share) => u16(Math.round(share * 65535))),
  ];
  while (grid.length % 4) grid.push(0);
  const start = 32;
  const [toMatrix, toM] = [start + b.length, start + b.length + matrix.length];
  const toGrid = toM + m.length;
  return new Uint8Array([
    ...ascii('mAB '),
    0,
    0,
    0,
    0,
    3,
    3,
    0,
    0,
    ...u32(start),
    ...u32(toMatrix),
    ...u32(toM),
    ...u32(toGrid),
    ...u32(toGrid + grid.length),
    ...b,
    ...matrix,
    ...m,
    ...grid,
    ...power(1),
    ...power(1),
    ...power(1),
  ]);
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}
