/** What becomes of an image's colour space: kept, said in a profile of our making, or converted to sRGB. */
import { FORMAT_FACTS } from '../image/format-facts.ts';
import type { Colour, InputFormat, Inspection, OutputFormat } from '../image/inspection.ts';
import type { Recipe } from '../model/recipe.ts';
import type { Note } from '../model/receipt.ts';
import { isHdrCicp, isSrgbCicp } from './cicp-colour.ts';
import { isSrgbPngGamma } from './png-gamma.ts';

export interface ColourPlan {
  /**
   * none: the decoded pixels are sRGB, or count as it; no profile is written. keep-profile: pixels stay, and the ICC
   * profile is written as it is. make-profile: pixels stay, and `profileFor` makes the profile. convert: by `convertToSrgb`.
   */
  readonly action: 'none' | 'keep-profile' | 'make-profile' | 'convert';
  /** Which of the file's statements holds. */
  readonly by: ColourStatement | null;
  readonly notes: readonly Note[];
}

export type ColourStatement = 'profile' | 'cicp' | 'png-gamma';

/**
 * Where a transcode leads. A route that does not decode (PNG optimised, metadata cleaned) keeps what the file says, unless
 * the answer is `convert`: then it must decode after all.
 */
export function planColour(
  inspection: Pick<Inspection, 'format' | 'colour' | 'coding'>,
  recipe: Pick<Recipe, 'metadata'>,
  output: OutputFormat,
): ColourPlan {
  const { colour } = inspection;
  const by = statementOf(inspection.format, colour);
  const srgb = by === null || isSrgb(colour, by);
  if (decodedAsSrgb(inspection)) return planColourInBrowser(inspection);
  // Floating point and L*a*b* are other numbers than sRGB's, profile or none.
  if (inspection.format === 'tiff' && inspection.coding.unsupportedCoding !== null)
    return { action: 'none', by, notes: [converted(false)] };
  if (srgb) {
    if (by !== 'profile') return { action: 'none', by, notes: [] };
    return recipe.metadata === 'keep' && FORMAT_FACTS[output].icc && colour.profile?.space === 'RGB '
      ? { action: 'keep-profile', by, notes: [{ kind: 'kept', code: 'profile-kept' }] }
      : { action: 'none', by, notes: [{ kind: 'info', code: 'profile-dropped-srgb' }] };
  }
  if (recipe.metadata === 'strip' || !FORMAT_FACTS[output].icc || (by === 'cicp' && isHdr(colour))) {
    return { action: 'convert', by, notes: [converted(by === 'cicp' && isHdr(colour))] };
  }
  // What is written has three channels, so a grey profile is said again as one of RGB.
  const action = by === 'profile' && colour.profile?.space === 'RGB ' ? 'keep-profile' : 'make-profile';
  return { action, by, notes: [{ kind: 'kept', code: 'profile-kept' }] };
}

/** The same where the decoder gives sRGB whatever the file says, as a browser's does. */
export function planColourInBrowser({ format, colour }: Pick<Inspection, 'format' | 'colour'>): ColourPlan {
  const by = statementOf(format, colour);
  const srgb = by === null || isSrgb(colour, by);
  return { action: 'none', by, notes: srgb && !isCmyk(colour) ? [] : [converted(by === 'cicp' && isHdr(colour))] };
}

/**
 * Which of several statements holds. PNG (Third Edition), 4.3: cICP, iCCP, sRGB, then gAMA and cHRM. HEIF: a profile
 * before nclx, as libavif and the browsers have it. A profile of another colour space than the pixels' says nothing.
 */
function statementOf(
  format: InputFormat,
  { profile, cicp, gamma, chromaticities, model }: Colour,
): ColourStatement | null {
  const fits =
    profile !== null &&
    (profile.space === 'RGB ' ? !isCmyk({ model }) : profile.space === 'GRAY' ? model === 'grey' : isCmyk({ model }));
  if (format === 'png' && cicp) return 'cicp';
  if (fits) return 'profile';
  if (cicp) return 'cicp';
  return gamma !== null || chromaticities !== null ? 'png-gamma' : null;
}

/** libjxl's build converts to sRGB by itself (measured: 1 level from lcms); the browser, which reads CMYK and its like, does too. */
function decodedAsSrgb({ format, colour, coding }: Pick<Inspection, 'format' | 'colour' | 'coding'>): boolean {
  return format === 'jxl' || isCmyk(colour) || (format === 'jpeg' && coding.unsupportedCoding !== null);
}

function isSrgb(colour: Colour, by: ColourStatement): boolean {
  switch (by) {
    case 'profile':
      return colour.profile?.srgb ?? true;
    case 'cicp':
      return colour.cicp === null || isSrgbCicp(colour.cicp);
    case 'png-gamma':
      return isSrgbPngGamma(colour);
  }
}

function isHdr({ cicp }: Colour): boolean {
  return cicp !== null && isHdrCicp(cicp);
}

function isCmyk({ model }: Pick<Colour, 'model'>): boolean {
  return model === 'cmyk' || model === 'ycck';
}

function converted(hdr: boolean): Note {
  return hdr ? { kind: 'lost', code: 'tone-mapped' } : { kind: 'lost', code: 'converted-to-srgb' };
}
