/** Small ICC profiles of a matrix and a curve: ICC.1:2022, 7 to 10. */
import { bytesOf, u16be, u32be } from './hand-built.ts';

type Triple = readonly [number, number, number];

/** Adapted to D50, as profiles state them. */
export const COLORANTS = {
  srgb: [
    [0.4361, 0.2225, 0.0139],
    [0.3851, 0.7169, 0.0971],
    [0.1431, 0.0606, 0.7141],
  ],
  p3: [
    [0.5151, 0.2412, -0.0011],
    [0.292, 0.6922, 0.0419],
    [0.1571, 0.0666, 0.7841],
  ],
  adobe: [
    [0.6097, 0.3111, 0.0195],
    [0.2053, 0.6257, 0.0609],
    [0.1492, 0.0632, 0.7446],
  ],
} as const satisfies Record<string, readonly [Triple, Triple, Triple]>;

const fixed = (value: number): number[] => u32be(Math.round(value * 65_536) >>> 0);

export const CURVES = {
  /** `para`, type 3. */
  srgb: bytesOf(
    'para',
    [0, 0, 0, 0],
    u16be(3),
    u16be(0),
    fixed(2.4),
    fixed(1 / 1.055),
    fixed(0.055 / 1.055),
    fixed(1 / 12.92),
    fixed(0.04045),
  ),
  /** `curv` of 1024 values, as the profile of 1998 has it. */
  srgbTable: bytesOf(
    'curv',
    [0, 0, 0, 0],
    u32be(1024),
    Array.from({ length: 1024 }, (_, i) => {
      const x = i / 1023;
      return u16be(Math.round(65_535 * (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)));
    }).flat(),
  ),
  gamma22: bytesOf('curv', [0, 0, 0, 0], u32be(1), u16be(Math.round(2.2 * 256)), [0, 0]),
  linear: bytesOf('curv', [0, 0, 0, 0], u32be(0)),
} as const;

export function iccProfile({
  name = 'Test',
  colorants = 'srgb',
  curve = 'srgb',
  v2 = false,
  lookupTable = false,
  again,
}: {
  name?: string;
  colorants?: keyof typeof COLORANTS;
  curve?: keyof typeof CURVES;
  v2?: boolean;
  lookupTable?: boolean;
  /** Curves behind those that count, under the same signatures. */
  again?: keyof typeof CURVES;
}): Uint8Array {
  const xyz = ([x, y, z]: Triple): Uint8Array => bytesOf('XYZ ', [0, 0, 0, 0], fixed(x), fixed(y), fixed(z));
  const [red, green, blue] = COLORANTS[colorants];
  return build(
    'RGB ',
    [
      ['desc', description(name, v2)],
      ['rXYZ', xyz(red)],
      ['gXYZ', xyz(green)],
      ['bXYZ', xyz(blue)],
      ...curvesOf(curve),
      ...(again ? curvesOf(again) : []),
      ...(lookupTable ? [['A2B0', bytesOf('mft2', new Uint8Array(28))] as const] : []),
    ],
    v2,
  );
}

function curvesOf(curve: keyof typeof CURVES): [string, Uint8Array][] {
  return ['rTRC', 'gTRC', 'bTRC'].map((name) => [name, CURVES[curve]]);
}

export function greyProfile(curve: keyof typeof CURVES): Uint8Array {
  return build(
    'GRAY',
    [
      ['desc', description('Grey', false)],
      ['kTRC', CURVES[curve]],
    ],
    false,
  );
}

function description(name: string, v2: boolean): Uint8Array {
  return v2
    ? bytesOf('desc', [0, 0, 0, 0], u32be(name.length + 1), name, 0, new Uint8Array(78))
    : bytesOf(
        'mluc',
        [0, 0, 0, 0],
        u32be(1),
        u32be(12),
        'enUS',
        u32be(name.length * 2),
        u32be(28),
        Buffer.from(name, 'utf16le').swap16(),
      );
}

function build(space: string, tags: readonly (readonly [string, Uint8Array])[], v2: boolean): Uint8Array {
  let at = 132 + tags.length * 12;
  const table: number[] = [...u32be(tags.length)];
  const data: Uint8Array[] = [];
  for (const [name, value] of tags) {
    const padded = bytesOf(value, new Uint8Array((4 - (value.length % 4)) % 4));
    table.push(...bytesOf(name), ...u32be(at), ...u32be(value.length));
    data.push(padded);
    at += padded.length;
  }
  const header = bytesOf(
    u32be(at),
    'test',
    [v2 ? 2 : 4, 0x20, 0, 0],
    'mntr',
    space,
    'XYZ ',
    new Uint8Array(12),
    'acsp',
    new Uint8Array(28),
    fixed(0.9642),
    fixed(1),
    fixed(0.8249),
    new Uint8Array(48),
  );
  return bytesOf(header, table, ...data);
}
