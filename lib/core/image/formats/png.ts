/** What a PNG file is: PNG (Third Edition), W3C, sections 5 and 11. */
import { CompressionError } from '../../errors.ts';
import type { Animation, Chromaticities, Colour, Inspection, Orientation } from '../inspection.ts';
import { isScreenResolution } from '../metadata/exif.ts';
import { Findings } from '../metadata/findings.ts';
import { latin1, Reader, startsWith } from '../../bytes/reader.ts';
import { readPngChunks, type PngChunk } from './png-chunks.ts';
import { RENDERING_CHUNKS } from './png-rendering.ts';
import { repairPng } from './png-repair.ts';
import {
  decodeRawProfile,
  keywordKind,
  rawProfileType,
  readPngText,
  withoutExifHeader,
  XMP_KEYWORD,
} from './png-text.ts';

/** @throws CompressionError `truncated` when the file ends before its first data, `corrupt` */
export function inspectPng(file: Uint8Array): Inspection {
  const { bytes } = repairPng(file, 'header');
  const chunks = readPngChunks(bytes);
  const reader = new Reader(bytes);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.dataEnd - header.dataAt !== 13) throw new CompressionError('corrupt');
  const width = reader.u32(header.dataAt);
  const height = reader.u32(header.dataAt + 4);
  const bitDepth = reader.u8(header.dataAt + 8);
  const colourType = reader.u8(header.dataAt + 9);
  const model = MODELS[colourType];
  if (!model) throw new CompressionError('corrupt');
  const findings = new Findings();
  const orientation = readMetadata(bytes, chunks, findings);
  return {
    format: 'png',
    bytes: file.length,
    width,
    height,
    orientation,
    bitDepth,
    colour: { model, ...readColour(bytes, chunks, findings) },
    alpha: (colourType & 4) !== 0 || chunks.some(({ type }) => type === 'tRNS'),
    animation: readAnimation(reader, chunks),
    coding: {
      lossless: true,
      quality: null,
      progressive: reader.u8(header.dataAt + 12) === 1,
      unsupportedCoding: null,
    },
    metadata: findings.toMetadata(),
  };
}

/** By colour type: table 11.1. */
const MODELS: Readonly<Record<number, Colour['model']>> = { 0: 'grey', 2: 'rgb', 3: 'palette', 4: 'grey', 6: 'rgb' };

/** 4.3: cICP comes before iCCP, that before sRGB, that before gAMA and cHRM. Each counts before the pixels only. */
function readColour(bytes: Uint8Array, chunks: readonly PngChunk[], findings: Findings): Omit<Colour, 'model'> {
  const before = chunks.slice(
    0,
    chunks.findIndex(({ type }) => type === 'IDAT'),
  );
  const chunk = (type: string, length: number): PngChunk | undefined =>
    before.find((candidate) => candidate.type === type && candidate.dataEnd - candidate.dataAt >= length);
  const reader = new Reader(bytes);
  const cicp = chunk('cICP', 4);
  const iccp = chunk('iCCP', 4);
  const overridden = cicp ?? iccp ?? chunk('sRGB', 1);
  const gamma = overridden ? undefined : chunk('gAMA', 4);
  const chromaticities = overridden ? undefined : chunk('cHRM', 32);
  return {
    profile: iccp ? readProfile(bytes, iccp, findings) : null,
    cicp: cicp
      ? {
          primaries: reader.u8(cicp.dataAt),
          transfer: reader.u8(cicp.dataAt + 1),
          matrix: reader.u8(cicp.dataAt + 2),
          fullRange: reader.u8(cicp.dataAt + 3) === 1,
        }
      : null,
    // 11.3.2.2: times 100000; 0 means nothing.
    gamma: gamma ? reader.u32(gamma.dataAt) / 100_000 || null : null,
    chromaticities: chromaticities ? readChromaticities(reader, chromaticities.dataAt) : null,
  };
}

/** 11.3.2.1: white, red, green, blue; x and y each, times 100000. */
function readChromaticities(reader: Reader, at: number): Chromaticities {
  const point = (i: number): [number, number] => [
    reader.u32(at + i * 8) / 100_000,
    reader.u32(at + i * 8 + 4) / 100_000,
  ];
  return { white: point(0), red: point(1), green: point(2), blue: point(3) };
}

/** 11.3.2.3: a name, a NUL, the method 0, and a zlib stream. */
function readProfile(bytes: Uint8Array, { dataAt, dataEnd }: PngChunk, findings: Findings): Colour['profile'] {
  const data = bytes.subarray(dataAt, dataEnd);
  const nameEnd = data.indexOf(0);
  const profile = nameEnd < 0 || nameEnd > 79 ? null : findings.inflated(data.subarray(nameEnd + 2));
  return profile && findings.icc(profile);
}

/** 11.3.6: one frame a fcTL chunk; acTL stands before the pixels, or the file is no animation. */
function readAnimation(reader: Reader, chunks: readonly PngChunk[]): Animation | null {
  const control = chunks.findIndex(({ type, dataAt, dataEnd }) => type === 'acTL' && dataEnd - dataAt >= 8);
  if (control < 0 || control > chunks.findIndex(({ type }) => type === 'IDAT')) return null;
  let frames = 0;
  let milliseconds = 0;
  for (const { type, dataAt, dataEnd } of chunks) {
    if (type !== 'fcTL' || dataEnd - dataAt < 26) continue;
    frames++;
    // A denominator of 0 stands for 100.
    milliseconds += (reader.u16(dataAt + 20) * 1000) / (reader.u16(dataAt + 22) || 100);
  }
  return frames < 2
    ? null
    : { frames, loops: reader.u32(chunks[control]!.dataAt + 4), milliseconds: Math.round(milliseconds) || null };
}

function readMetadata(bytes: Uint8Array, chunks: readonly PngChunk[], findings: Findings): Orientation {
  const reader = new Reader(bytes);
  const pixelsAt = chunks.find(({ type }) => type === 'IDAT')?.start ?? 0;
  let orientation: Orientation | null = null;
  for (const chunk of chunks) {
    const { type, dataAt, dataEnd } = chunk;
    const data = bytes.subarray(dataAt, dataEnd);
    // Behind the pixels browsers do not look for it.
    if (type === 'eXIf' && dataAt > pixelsAt) findings.exif(withoutExifHeader(data));
    else if (type === 'eXIf') {
      const found = findings.exif(withoutExifHeader(data))?.orientation ?? null;
      orientation ??= found;
    } else if (type === 'caBX') findings.c2pa(data);
    else if (type === 'tIME') findings.add('date');
    else if (isUnknown(type)) findings.add('software');
    // 11.3.5.3: pixels a metre.
    else if (type === 'pHYs' && data.length >= 9 && data[8] === 1 && !isScreenResolution(reader.u32(dataAt) * 0.0254))
      findings.add('physical-size');
    else readText(bytes, chunk, findings);
  }
  const end = chunks.at(-1)?.end ?? bytes.length;
  if (end < bytes.length) findings.trailing(bytes.subarray(end));
  return orientation ?? 1;
}

/** An ancillary chunk that neither the picture needs nor this file reads: some program's own. */
function isUnknown(type: string): boolean {
  const read = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'caBX', 'iCCP', 'pHYs', 'tIME'];
  return (type.charCodeAt(0) & 0x20) !== 0 && !read.includes(type) && !RENDERING_CHUNKS.includes(type);
}

function readText(bytes: Uint8Array, chunk: PngChunk, findings: Findings): void {
  const text = readPngText(bytes, chunk);
  if (!text) return;
  const raw = rawProfileType(text.keyword);
  if (text.keyword !== XMP_KEYWORD && !raw) {
    findings.add(keywordKind(text.keyword));
    findings.count(chunk.dataEnd - chunk.dataAt);
    return;
  }
  const plain = text.compressed ? findings.inflated(text.text) : text.text;
  const content = plain && raw ? decodeRawProfile(plain) : plain;
  if (!raw) {
    if (content) findings.xmp(content);
    else findings.add('xmp');
  } else if (!content) findings.add(raw === 'icc' ? 'comment' : raw === '8bim' ? 'iptc' : raw);
  // Browsers turn a picture by eXIf alone, so the orientation in here is not asked.
  else if (raw === 'exif') findings.exif(withoutExifHeader(content));
  else if (raw === 'xmp') findings.xmp(content);
  else if (raw === 'iptc' || raw === '8bim') readIptcProfile(content, findings);
}

/** ImageMagick writes Photoshop's image resources under the name "iptc" too. */
function readIptcProfile(content: Uint8Array, findings: Findings): void {
  if (latin1(content.subarray(0, 4)) === '8BIM') findings.imageResources(content);
  else if (startsWith(content, '\x1c')) {
    findings.iptc(content);
    findings.count(content.length);
  } else findings.add('iptc');
}
