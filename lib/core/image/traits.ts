/** What is special about an image, in the words that a person is told before and after the work. */
import type { Inspection } from './inspection.ts';

/** Its words are `trait.<code>` in the locale; the parameters are filled in. */
export interface Trait {
  readonly code: TraitCode;
  readonly parameters?: Readonly<Record<string, string | number>>;
}

export const TRAIT_CODES = [
  'animated',
  'profile',
  'hdr',
  'cmyk',
  'grey',
  'deep',
  'alpha',
  'turned',
  'lossless',
  'gps',
  'place',
  'camera',
  'copyright',
  'ai',
  'c2pa',
  'gain-map',
  'motion-photo',
] as const;
export type TraitCode = (typeof TRAIT_CODES)[number];

/** CICP transfer characteristics of HDR: 16 is PQ, 18 is HLG (ITU-T H.273, table 3). */
const HDR_TRANSFERS: readonly number[] = [16, 18];

/** In the order of their weight; an ordinary 8-bit sRGB picture without metadata has none. */
export function traitsOf({
  format,
  animation,
  colour,
  bitDepth,
  alpha,
  orientation,
  coding,
  metadata,
}: Inspection): Trait[] {
  const traits: Trait[] = [];
  if (animation) traits.push({ code: 'animated', parameters: { frames: animation.frames } });
  if (colour.cicp && HDR_TRANSFERS.includes(colour.cicp.transfer)) traits.push({ code: 'hdr' });
  if (colour.model === 'cmyk' || colour.model === 'ycck') traits.push({ code: 'cmyk' });
  else if (colour.profile && !colour.profile.srgb)
    traits.push({ code: 'profile', parameters: { name: colour.profile.description || colour.profile.space.trim() } });
  if (colour.model === 'grey') traits.push({ code: 'grey' });
  if (bitDepth > 8) traits.push({ code: 'deep', parameters: { bits: bitDepth } });
  if (alpha) traits.push({ code: 'alpha' });
  if (orientation !== 1) traits.push({ code: 'turned' });
  if (coding.lossless === true && format !== 'png' && format !== 'gif' && format !== 'bmp')
    traits.push({ code: 'lossless' });
  const has = (kind: (typeof metadata.kinds)[number]): boolean => metadata.kinds.includes(kind);
  if (has('gps')) traits.push({ code: 'gps' });
  if (has('place')) traits.push({ code: 'place' });
  if (has('serial-number') || has('camera') || has('maker-note')) traits.push({ code: 'camera' });
  if (has('copyright') || has('artist') || has('credit') || has('rights')) traits.push({ code: 'copyright' });
  if (has('ai-provenance')) traits.push({ code: 'ai' });
  if (has('c2pa')) traits.push({ code: 'c2pa' });
  if (has('gain-map')) traits.push({ code: 'gain-map' });
  if (has('motion-photo')) traits.push({ code: 'motion-photo' });
  return traits;
}
