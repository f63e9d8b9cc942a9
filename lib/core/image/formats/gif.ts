/** What a GIF file is: GIF89a, CompuServe 1990. */
import { CompressionError } from '../../errors.ts';
import type { Animation, IccProfile, Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { Reader } from '../../bytes/reader.ts';
import { repairGif, shownSize } from './gif-repair.ts';
import { imageDataAt, joinSubBlocks, readGifBlocks, tableBits, type GifBlock } from './gif-blocks.ts';

/** @throws CompressionError `truncated` when the file ends before its first picture's data, `corrupt` */
export function inspectGif(file: Uint8Array): Inspection {
  const { bytes } = repairGif(file);
  const reader = new Reader(bytes, 'little');
  const { blocks } = readGifBlocks(bytes);
  const { width, height } = shownSize(reader, blocks);
  if (width === 0 || height === 0) throw new CompressionError('corrupt');
  const pictures = blocks.filter(({ kind }) => kind === 'image');
  const [first] = pictures;
  if (first && !isCodeSize(reader.u8(imageDataAt(reader, first.start) - 1))) throw new CompressionError('corrupt');
  const images = pictures.map(({ dataAt }) => reader.u8(dataAt));
  const bits = images.reduce((most, flags) => Math.max(most, tableBits(flags)), tableBits(reader.u8(10)));
  const findings = new Findings();
  const profile = readMetadata(reader, blocks, findings);
  const controls = blocks.filter(({ kind, dataAt }) => kind === 'control' && reader.u8(dataAt) >= 4);
  return {
    format: 'gif',
    bytes: file.length,
    width,
    height,
    orientation: 1,
    bitDepth: [1, 2, 4].find((depth) => depth >= bits) ?? 8,
    colour: { model: 'palette', profile, cicp: null, gamma: null, chromaticities: null },
    // Graphic Control Extension (23): transparent colour flag.
    alpha: controls.some(({ dataAt }) => (reader.u8(dataAt + 1) & 1) === 1),
    animation: images.length < 2 ? null : readAnimation(reader, blocks, controls, images.length),
    // 20: the interlace flag.
    coding: {
      lossless: true,
      quality: null,
      progressive: images.some((flags) => (flags & 0x40) !== 0),
      unsupportedCoding: null,
    },
    metadata: findings.toMetadata(),
  };
}

/** Appendix F: codes have 12 bits at most, and one bit more than the size that a picture's data begins with. */
function isCodeSize(bits: number): boolean {
  return bits >= 1 && bits < 12;
}

/** 23: delays in hundredths of a second. */
function readAnimation(
  reader: Reader,
  blocks: readonly GifBlock[],
  controls: readonly GifBlock[],
  frames: number,
): Animation {
  const milliseconds = controls.reduce((sum, { dataAt }) => sum + reader.u16(dataAt + 2) * 10, 0);
  return { frames, loops: loopsOf(reader, blocks), milliseconds: milliseconds || null };
}

/** The count of Netscape's extension says how often to play *again*, 0 for ever. Browsers and gif2webp read it so. */
function loopsOf(reader: Reader, blocks: readonly GifBlock[]): number {
  const extension = blocks.find(
    ({ application, dataAt }) =>
      (application === 'NETSCAPE2.0' || application === 'ANIMEXTS1.0') &&
      reader.u8(dataAt) >= 3 &&
      (reader.u8(dataAt + 1) & 7) === 1,
  );
  if (!extension) return 1;
  const again = reader.u16(extension.dataAt + 2);
  return again === 0 ? 0 : again + 1;
}

/** 27. */
const TRAILER = 0x3b;

/** Extensions that tell how often an animation plays. */
const LOOPS = ['NETSCAPE2.0', 'ANIMEXTS1.0'];

function readMetadata(reader: Reader, blocks: readonly GifBlock[], findings: Findings): IccProfile | null {
  let profile: IccProfile | null = null;
  for (const { kind, application, dataAt, end } of blocks) {
    const data = reader.bytes.subarray(dataAt, end);
    if (kind === 'comment') findings.comment(data.length);
    // The packet stands there bare, and a trailer of 258 bytes leads a reader of sub-blocks to the end (XMP part 3, 1.1.2).
    else if (application === 'XMP DataXMP') findings.xmp(data.subarray(0, Math.max(0, data.length - 258)));
    else if (application === 'ICCRGBG1012') profile = findings.icc(joinSubBlocks(reader.bytes, dataAt));
    else if (application.startsWith('C2PA_GIF')) findings.c2pa(data);
    // Plain text (25), which no browser draws, and what no version of the format knows.
    else if (kind === 'other' || (kind === 'application' && !LOOPS.includes(application))) findings.add('software');
  }
  const end = blocks.at(-1)?.end ?? reader.length;
  findings.trailing(reader.bytes.subarray(reader.bytes[end] === TRAILER ? end + 1 : end));
  return profile;
}
