/** The directory of an ICC profile, and the numbers in its elements: ICC.1:2022. */
import { CompressionError } from '../../errors.ts';
import type { Reader } from '../../bytes/reader.ts';

/** A profile has a few dozen tags at most. */
const MAX_TAGS = 200;

export type IccTags = ReadonlyMap<string, { readonly at: number; readonly length: number }>;

/** The first tag of each signature: 7.3. @throws CompressionError `corrupt` */
export function readTags(profile: Reader): IccTags {
  const count = profile.u32(128);
  if (count > MAX_TAGS) throw new CompressionError('corrupt');
  const tags = new Map<string, { at: number; length: number }>();
  for (let i = 0; i < count; i++) {
    const entry = 132 + i * 12;
    const signature = profile.ascii(entry, 4);
    if (!tags.has(signature)) tags.set(signature, { at: profile.u32(entry + 4), length: profile.u32(entry + 8) });
  }
  return tags;
}

/** 4.6 */
export function s15Fixed16(profile: Reader, at: number): number {
  return profile.i32(at) / 65_536;
}

/** A parametricCurveType (10.18) as it is stated: what its form does not have is 0, but for a gain of 1. */
export interface ParametricCurve {
  readonly form: number;
  readonly values: Readonly<Record<'g' | 'a' | 'b' | 'c' | 'd' | 'e' | 'f', number>>;
  readonly end: number;
}

/** @throws CompressionError `corrupt` for a form that there is not */
export function readParametric(profile: Reader, at: number): ParametricCurve {
  const form = profile.u16(at + 8);
  const count = [1, 3, 4, 5, 7][form];
  if (count === undefined) throw new CompressionError('corrupt');
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
    s15Fixed16(profile, at + 12 + i * 4),
  );
  return { form, values: { g, a, b, c, d, e, f }, end: at + 12 + count * 4 };
}
