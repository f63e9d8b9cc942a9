import { expect, it } from 'vitest';
import { createUsage } from '../../../../lib/storage/vault/usage.ts';

it('lets more in without a count for a second after one, while half of the room is free', () => {
  const usage = createUsage(1000);
  expect(usage.fits(1, 5000)).toBe(false);
  usage.counted(100, 5000);
  expect(usage.fits(300, 5000)).toBe(true);
  // What fitted is taken.
  expect(usage.fits(101, 5999)).toBe(false);
  expect(usage.fits(100, 5999)).toBe(true);
  usage.counted(100, 7000);
  expect(usage.fits(1, 8000)).toBe(false);
  // A clock that was set back says nothing.
  expect(usage.fits(1, 6999)).toBe(false);
});
