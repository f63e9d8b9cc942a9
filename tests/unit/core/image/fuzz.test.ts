import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutate } from '../../../fuzz/mutate.ts';
import { Random } from '../../../fuzz/random.ts';
import type { Target } from '../../../fuzz/target.ts';
import { fault, TARGET_NAMES, TARGETS } from '../../../fuzz/targets.ts';
import { ALL_ROWS } from '../../../rows.ts';

const INPUTS = ALL_ROWS ? 400 : 150;

/** Inputs that once reached code that nothing else did. */
function corpus(name: string): Uint8Array[] {
  const folder = new URL(`../../../fuzz/corpus/${name}/`, import.meta.url);
  return existsSync(folder)
    ? readdirSync(folder).map((file) => new Uint8Array(readFileSync(new URL(file, folder))))
    : [];
}

/** The short form of `npm run fuzz`. */
describe('bad input', () => {
  it.each(TARGET_NAMES)('throws nothing but a CompressionError out of %s, and soon', async (name) => {
    const target: Target = TARGETS[name];
    const random = new Random(1);
    const known = [...(await target.seeds()), ...corpus(name)];
    const damaged = Array.from({ length: target.inputs ?? INPUTS }, () =>
      mutate(random.pick(known), random, random.pick(known)),
    );
    for (const bytes of [...known, ...damaged]) {
      const start = process.cpuUsage();
      expect(await fault(target, bytes)).toBeNull();
      const { user, system } = process.cpuUsage(start);
      // Of processor time, in microseconds: a busy machine can make any call last longer.
      expect(user + system).toBeLessThan((target.milliseconds ?? 1000) * 1000);
    }
  });

  it.each(TARGET_NAMES)('leaves every seed of %s readable', async (name) => {
    const target: Target = TARGETS[name];
    if (name === 'sniff') return;
    let readable = 0;
    for (const bytes of await target.seeds())
      readable += await Promise.resolve(target.run(bytes)).then(
        () => 1,
        () => 0,
      );
    expect(readable).toBeGreaterThan(0);
  });
});
