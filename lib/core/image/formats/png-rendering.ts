/** Which ancillary chunks of a PNG its picture needs: PNG (Third Edition), 11.3, and the registered extensions. */

/** What a decoder or an animation needs. An unknown critical chunk (capital first letter) would be needed too. */
export const RENDERING_CHUNKS: readonly string[] = [
  'tRNS',
  'cICP',
  'mDCV',
  'mDCv',
  'cLLI',
  'cLLi',
  'sRGB',
  'gAMA',
  'cHRM',
  'sBIT',
  'bKGD',
  'hIST',
  'sPLT',
  'acTL',
  'fcTL',
  'fdAT',
  'oFFs',
  'sTER',
];
