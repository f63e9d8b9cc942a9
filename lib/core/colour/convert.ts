/** Carrying a colour plan out. */
import type { Pixels } from '../codecs/codec.ts';
import { CompressionError } from '../errors.ts';
import type { Colour } from '../image/inspection.ts';
import type { Note } from '../model/receipt.ts';
import { sourceOfCicp } from './cicp-colour.ts';
import { isDeep, toEightBits, type DeepPixels } from './deep-pixels.ts';
import { sourceOfProfile } from './icc-profile.ts';
import type { ColourPlan, ColourStatement } from './plan-colour.ts';
import { sourceOfPngGamma } from './png-gamma.ts';
import type { SourceColour } from './source-colour.ts';
import { toSrgb } from './to-srgb.ts';
import { profileFor } from './write-profile.ts';

export interface Coloured {
  /** 8 bits a channel; the same object, changed in place, when it came with 8. */
  readonly pixels: Pixels;
  /** The ICC profile that must be written with them; null when they are sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
  readonly notes: readonly Note[];
}

/**
 * Pixels as they are to be encoded, and the profile that goes with them. Pixels of 16 bits are reduced to 8 here, after
 * the colours were worked on.
 *
 * A profile that cannot be read is left out and noted, and its pixels count as sRGB: so does every browser.
 *
 * @param icc the file's ICC profile, decompressed; null when it has none
 */
export function applyColourPlan(
  plan: Pick<ColourPlan, 'action' | 'by'>,
  pixels: Pixels | DeepPixels,
  colour: Colour,
  icc: Uint8Array<ArrayBuffer> | null,
): Coloured {
  const unchanged = (): Pixels => (isDeep(pixels) ? toEightBits(pixels) : pixels);
  if (plan.action === 'none' || plan.by === null) return { pixels: unchanged(), profile: null, notes: [] };
  if (plan.action === 'keep-profile' && icc) return { pixels: unchanged(), profile: icc, notes: [] };
  const source = readable(plan.by, colour, icc);
  if (!source) return { pixels: unchanged(), profile: null, notes: [{ kind: 'lost', code: 'profile-unreadable' }] };
  if (plan.action === 'make-profile' && (source.kind === 'rgb' || source.kind === 'grey')) {
    return { pixels: unchanged(), profile: profileFor(source, nameOf(plan.by, colour)), notes: [] };
  }
  return { pixels: toSrgb(pixels, source), profile: null, notes: [] };
}

/** @throws CompressionError `corrupt`, `unsupported-variant` */
function sourceColour(by: ColourStatement, colour: Colour, icc: Uint8Array | null): SourceColour {
  switch (by) {
    case 'profile': {
      if (!icc) throw new CompressionError('corrupt');
      return sourceOfProfile(icc);
    }
    case 'cicp': {
      if (!colour.cicp) throw new CompressionError('corrupt');
      return sourceOfCicp(colour.cicp);
    }
    case 'png-gamma':
      return sourceOfPngGamma(colour);
  }
}

function readable(by: ColourStatement, colour: Colour, icc: Uint8Array | null): SourceColour | null {
  try {
    return sourceColour(by, colour, icc);
  } catch (thrown) {
    if (thrown instanceof CompressionError) return null;
    throw thrown;
  }
}

function nameOf(by: ColourStatement, { profile, cicp, gamma }: Colour): string {
  if (by === 'profile') return profile?.description || 'Grey';
  return by === 'cicp' && cicp ? `CICP ${cicp.primaries}/${cicp.transfer}` : `PNG gamma ${gamma ?? 'of sRGB'}`;
}
