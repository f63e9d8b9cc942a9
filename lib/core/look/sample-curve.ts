/** What a sample tells of the whole: which look to aim at on it, and at which setting the whole will have the look. */
import type { OutputFormat } from '../image/inspection.ts';
import type { Probe } from './search-look.ts';

/** Points by which a sample looks better than the whole at the same setting, median over photographs: docs/LOOKS.md. */
const BIAS: Readonly<Record<OutputFormat, number>> = { jpeg: 2.8, webp: 2.8, avif: 2.8, jxl: 2.8, png: 0 };

/** The look of a sample whose whole has `look`. */
export function lookOfSample(format: OutputFormat, look: number): number {
  // There is less room above for a sample to be better in.
  return look + BIAS[format] * Math.min(1, (100 - look) / 30);
}

/**
 * @param probes of the sample, by setting. @param slope look a setting, where the probes don't tell.
 * @returns the setting at which the sample has the look, between or beyond its probes, and the look that a setting more brings there
 */
export function settingOf(
  probes: readonly Probe[],
  look: number,
  slope: number,
): { readonly setting: number; readonly slope: number } {
  const nearest = probes.toSorted((one, other) => Math.abs(one.look - look) - Math.abs(other.look - look));
  const [first, second] = nearest;
  if (!first) return { setting: 0, slope };
  const measured = second ? (second.look - first.look) / (second.setting - first.setting) : 0;
  // Two that are next to each other tell a step of a staircase, not a slope.
  const isSound = second !== undefined && Math.abs(second.setting - first.setting) > 1 && measured > slope / 4;
  const local = isSound ? Math.min(measured, slope * 4) : slope;
  return { setting: Math.round(first.setting + (look - first.look) / local), slope: local };
}
