/** What an ICC profile says the numbers of a picture mean. */
import { CompressionError } from '../errors.ts';
import { tableToXyz, type ColourTable } from './colour-table.ts';
import { Reader } from '../bytes/reader.ts';
import { readTags, type IccTags } from '../image/metadata/icc-tags.ts';
import { readCurve, readTable, readXyz } from './icc-elements.ts';
import { inverse, type Matrix3, type Vector3 } from './matrix.ts';
import type { SourceColour } from './source-colour.ts';
import type { ToneCurve } from './tone-curve.ts';

/**
 * Tables are preferred to curves and matrix where a profile has both, and the perceptual ones (A2B0) to others: that
 * is what browsers show. Curves and a matrix know one rendering only, the relative colorimetric.
 *
 * @param bytes an ICC profile, version 2 or 4, of class input, display, output or colour space
 * @throws CompressionError `corrupt` for a damaged one, `unsupported-variant` for a colour space that is not RGB, grey or CMYK
 */
export function sourceOfProfile(bytes: Uint8Array): SourceColour {
  const profile = new Reader(bytes, 'big', 'corrupt');
  if (profile.ascii(36, 4) !== 'acsp') throw new CompressionError('corrupt');
  const space = profile.ascii(16, 4);
  const inputs = CHANNELS[space];
  if (!inputs) throw new CompressionError('unsupported-variant', { format: 'ICC', feature: space.trim() });
  const tags = readTags(profile);
  const perceptual = tags.get('A2B0');
  if (perceptual) return tableSource(profile, perceptual.at, inputs);
  if (space === 'GRAY') return { kind: 'grey', curve: greyCurve(profile, tags) };
  if (space === 'RGB ' && tags.has('rXYZ')) return matrixSource(profile, tags);
  const colorimetric = tags.get('A2B1');
  if (colorimetric) return tableSource(profile, colorimetric.at, inputs);
  throw new CompressionError('corrupt');
}

/** Data colour spaces: ICC.1:2022, table 19. */
const CHANNELS: Readonly<Record<string, number>> = { 'RGB ': 3, GRAY: 1, CMYK: 4 };

function matrixSource(profile: Reader, tags: IccTags): SourceColour {
  const [red, green, blue] = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => readXyz(profile, tag(tags, name))) as [
    Vector3,
    Vector3,
    Vector3,
  ];
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => readCurve(profile, tag(tags, name)).curve) as [
    ToneCurve,
    ToneCurve,
    ToneCurve,
  ];
  const toXyz: Matrix3 = [red[0], green[0], blue[0], red[1], green[1], blue[1], red[2], green[2], blue[2]];
  // Colorants on one line are no colour space.
  if (!inverse(toXyz)) throw new CompressionError('corrupt');
  return { kind: 'rgb', curves, toXyz };
}

/** kTRC gives Y, or with L*a*b* as connection space L*: ICC.1:2022, 8.3.4, F.2. */
function greyCurve(profile: Reader, tags: IccTags): ToneCurve {
  const { curve } = readCurve(profile, tag(tags, 'kTRC'));
  if (profile.ascii(20, 4) !== 'Lab ') return curve;
  const toY: ColourTable['stages'] = [{ kind: 'curves', curves: [curve] }];
  const steps = 1024;
  return {
    kind: 'sampled',
    values: Float64Array.from({ length: steps + 1 }, (_, i) => {
      const [, y] = tableToXyz({ stages: [...toY, NEUTRAL], connection: 'lab-v4' }, [i / steps]);
      return y;
    }),
  };
}

/** One value as L*, with a* and b* of 0. */
const NEUTRAL: ColourTable['stages'][number] = {
  kind: 'matrix',
  matrix: [1, 0, 0, 0, 0, 0, 0, 0, 0],
  offset: [0, 128 / 255, 128 / 255],
};

function tableSource(profile: Reader, at: number, inputs: number): SourceColour {
  const read = readTable(profile, at);
  if (read.inputs !== inputs) throw new CompressionError('corrupt');
  const lab = profile.ascii(20, 4) === 'Lab ';
  const connection = !lab ? 'xyz' : read.type === 'mft2' ? 'lab-v2' : read.type === 'mft1' ? 'lab-8' : 'lab-v4';
  const table = { inputs, stages: read.stages, connection } as const;
  return { kind: 'table', table: { ...table, black: blackOf(profile, table) } };
}

/** Version 4 fixes the black of its perceptual rendering (ICC.1:2022, 6.3.3); otherwise it is what the darkest device value gives. */
function blackOf(profile: Reader, table: Omit<ColourTable, 'black'>): Vector3 {
  if (profile.u8(8) >= 4) return [0.00336, 0.0034731, 0.00287];
  const [, y] = tableToXyz(table, table.inputs === 4 ? [1, 1, 1, 1] : new Array<number>(table.inputs).fill(0));
  // Half-way grey is no black: such a table is not compensated. Neutral, so that no colour shifts.
  const luminance = y > 0 && y < 0.2 ? y : 0;
  return [0.9642 * luminance, luminance, 0.8249 * luminance];
}

function tag(tags: IccTags, name: string): number {
  const found = tags.get(name);
  if (!found) throw new CompressionError('corrupt');
  return found.at;
}
