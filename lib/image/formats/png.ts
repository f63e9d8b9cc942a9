/** What a PNG file is: PNG (Third Edition), W3C, sections 5 and 11. */
import { CompressionError } from '../../errors.ts';
import type { Colour, Inspection } from '../inspection.ts';
import { Findings } from '../metadata/findings.ts';
import { Reader } from '../reader.ts';
import { readPngChunks } from './png-chunks.ts';

/** @throws CompressionError `truncated` when IEND never comes, `corrupt` */
export function inspectPng(bytes: Uint8Array): Inspection {
  const chunks = readPngChunks(bytes);
  const reader = new Reader(bytes);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.dataEnd - header.dataAt !== 13) throw new CompressionError('corrupt');
  const width = reader.u32(header.dataAt);
  const height = reader.u32(header.dataAt + 4);
  const bitDepth = reader.u8(header.dataAt + 8);
  const colourType = reader.u8(header.dataAt + 9);
  const model = MODELS[colourType];
  if (width === 0 || height === 0 || !model || ![1, 2, 4, 8, 16].includes(bitDepth)) throw new CompressionError('corrupt');
  if (!chunks.some(({ type }) => type === 'IDAT')) throw new CompressionError('corrupt');
  const findings = new Findings();
  let orientation: Inspection['orientation'] = 1;
  for (const chunk of chunks) {
    if (chunk.type === 'eXIf') orientation = findings.exif(bytes.subarray(chunk.dataAt, chunk.dataEnd))?.orientation ?? 1;
  }
  return {
    format: 'png',
    bytes: bytes.length,
    width,
    height,
    orientation,
    bitDepth,
    colour: { model, profile: null, cicp: null, gamma: null, chromaticities: null },
    alpha: (colourType & 4) !== 0 || chunks.some(({ type }) => type === 'tRNS'),
    animation: null,
    coding: { lossless: true, quality: null, progressive: reader.u8(header.dataAt + 12) === 1, exotic: null },
    metadata: findings.toMetadata(),
  };
}

/** By colour type: table 11.1. */
const MODELS: Readonly<Record<number, Colour['model']>> = { 0: 'grey', 2: 'rgb', 3: 'palette', 4: 'grey', 6: 'rgb' };
