import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOfProfile } from '../../../../lib/core/colour/icc-profile.ts';
import { toSrgb } from '../../../../lib/core/colour/to-srgb.ts';
import { profileFor } from '../../../../lib/core/colour/write-profile.ts';
import { CompressionError } from '../../../../lib/core/errors.ts';
import { displayP3, tableProfile } from './profiles.ts';

const PROFILES = {
  matrix: profileFor(displayP3, 'P3'),
  lut8: tableProfile('mft1'),
  lut16: tableProfile('mft2'),
  lutAToB: tableProfile('mAB '),
};

describe.each(Object.entries(PROFILES))('a damaged profile (%s)', (_, profile) => {
  it('ends in a CompressionError or in colours, and soon', () => {
    const at = fc.oneof(fc.nat(400), fc.nat(profile.length - 1));
    const damage = fc.array(fc.tuple(at, fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255))), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(damage, fc.oneof(fc.constant(profile.length), fc.nat(profile.length)), (changes, length) => {
        const bytes = profile.slice(0, length);
        for (const [where, value] of changes) if (where < length) bytes[where] = value;
        try {
          toSrgb(
            { width: 2, height: 1, data: new Uint8ClampedArray([0, 10, 250, 255, 99, 98, 97, 1]) },
            sourceOfProfile(bytes),
          );
        } catch (thrown) {
          if (!(thrown instanceof CompressionError)) throw thrown;
        }
      }),
      { numRuns: 400 },
    );
  }, 20_000);
});

it('a grid larger than the profile is refused before it is made', () => {
  const bytes = PROFILES.lut16.slice();
  const table = Buffer.from(bytes.buffer).indexOf('mft2');
  bytes[table + 10] = 255;
  const before = process.memoryUsage().arrayBuffers;
  expect(() => sourceOfProfile(bytes)).toThrow(/corrupt/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
});
