/**
 * Whether a file is one of which the browser's planes are read: an everyday JPEG or AVIF, where every decoder finds the same samples. What
 * is rare or odd is left to the WASM decoder.
 */
import { ifReadable } from '../../bytes/reader.ts';
import { readSequenceColour } from '../../image/formats/av1-sequence.ts';
import { readHeifMeta, type HeifMeta } from '../../image/formats/heif-meta.ts';
import { propertiesOf, readPicture } from '../../image/formats/heif-picture.ts';
import { findBox, readFileBoxes } from '../../image/formats/isobmff.ts';
import { adobeTransform, readFrame } from '../../image/formats/jpeg-frame.ts';
import { MARKER, readJpegSegments } from '../../image/formats/jpeg-segments.ts';
import type { Cicp, InputFormat } from '../../image/inspection.ts';
import type { BrowserPlanes } from './browser-planes.ts';

/** How planes become RGB. */
export type PlaneCoding = {
  /** Stored, as the file says it. */
  readonly width: number;
  readonly height: number;
  readonly formats: readonly BrowserPlanes['format'][];
} & ({ readonly as: 'libjpeg' } | { readonly as: 'libavif'; readonly matrix: LumaShares; readonly fullRange: boolean });

const ALL_FORMATS = ['I420', 'I422', 'I444'] as const;

interface LumaShares {
  readonly red: number;
  readonly blue: number;
}

/** ITU-T H.273, table 4, by code point. Unspecified is read as BT.601, as libavif does. */
const MATRICES: ReadonlyMap<number, LumaShares> = new Map([
  [1, { red: 0.2126, blue: 0.0722 }],
  [2, { red: 0.299, blue: 0.114 }],
  [5, { red: 0.299, blue: 0.114 }],
  [6, { red: 0.299, blue: 0.114 }],
  [9, { red: 0.2627, blue: 0.0593 }],
]);

/** @returns null for a file whose planes are not read */
export function planeCodingOf(file: Uint8Array, format: InputFormat): PlaneCoding | null {
  const read = format === 'jpeg' ? ofJpeg : format === 'avif' ? ofAvif : null;
  return read && ifReadable(() => read(file), null);
}

/** libjpeg widens chroma of less than three columns another way. */
const NARROWEST = 5;

function ofJpeg(file: Uint8Array): PlaneCoding | null {
  const layout = readJpegSegments(file);
  const { components, height, marker, precision, width } = readFrame(file, layout);
  // Huffman codes, sequential or progressive.
  if (marker > MARKER.SOF0 + 2 || precision !== 8 || width < NARROWEST) return null;
  const [luma, ...chroma] = components;
  if (!luma) return null;
  // Of grey alone the browser gives no planes. Adobe's 0 is RGB.
  if (chroma.length !== 2 || adobeTransform(file, layout) === 0) return null;
  if (chroma.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) return null;
  const sampling = `${luma.horizontal}x${luma.vertical}`;
  const planes = sampling === '1x1' ? 'I444' : sampling === '2x1' ? 'I422' : sampling === '2x2' ? 'I420' : null;
  return planes && { as: 'libjpeg', width, height, formats: [planes] };
}

/** What a picture may have beside its samples (23008-12, 6.5), of which its planes do not depend. */
const HARMLESS = [
  'ispe',
  'pixi',
  'av1C',
  'colr',
  'irot',
  'imir',
  'pasp',
  'clli',
  'mdcv',
  'cclv',
  'udes',
  'crtt',
  'mdft',
];

function ofAvif(file: Uint8Array): PlaneCoding | null {
  const boxes = readFileBoxes(file);
  const metaBox = findBox(boxes, 'meta');
  // A film shows its first frame, which need not be the picture.
  if (!metaBox || findBox(boxes, 'moov')) return null;
  const meta = readHeifMeta(file, metaBox);
  if (meta.items.get(meta.primary)?.type !== 'av01') return null;
  if (propertiesOf(meta, meta.primary).some(({ type }) => !HARMLESS.includes(type))) return null;
  // Alpha, or depth.
  if (meta.references.some(({ type, to }) => type === 'auxl' && to.includes(meta.primary))) return null;
  const { cicp: stated, depth, height, monochrome, width } = readPicture(file, meta, meta.primary);
  // The file's word goes before that of the coded picture.
  const cicp = stated ?? codedColour(file, meta);
  const matrix = cicp && MATRICES.get(cicp.matrix);
  if (!matrix || depth !== 8 || monochrome) return null;
  return { as: 'libavif', width, height, formats: ALL_FORMATS, matrix, fullRange: cicp.fullRange };
}

function codedColour(file: Uint8Array, { locations, primary }: HeifMeta): Cicp | null {
  const location = locations.get(primary);
  const [extent] = location?.extents ?? [];
  if (!location || !extent || location.method !== 0 || location.dataReference !== 0) return null;
  // A length of 0 is all the rest (14496-12, 8.11.3).
  const end = extent.length === 0 ? file.length : extent.offset + extent.length;
  return readSequenceColour(file.subarray(extent.offset, end));
}
