/** Metadata in PNG: PNG (Third Edition), 11.3. */
import { bigEndian32, joinBytes, latin1Bytes, sameBytes } from '../../../bytes/bytes.ts';
import { crc32 } from '../../../bytes/crc32.ts';
import { RENDERING_CHUNKS } from '../../formats/png-rendering.ts';
import { utf8OrLatin1 } from '../../formats/text.ts';
import { readPngChunks, type PngChunk } from '../../formats/png-chunks.ts';
import {
  decodeRawProfile,
  rawProfileType,
  readPngText,
  withoutExifHeader,
  XMP_KEYWORD,
  type PngText,
} from '../../formats/png-text.ts';
import { ifReadable, Reader, startsWith } from '../../../bytes/reader.ts';
import { EMPTY_METADATA, MAX_COMMENTS, type Comment, type MetadataSet } from '../metadata-set.ts';
import { deflate } from '../../../bytes/deflate.ts';
import { isScreenResolution } from '../exif.ts';
import { withoutTurn } from '../exif-filter.ts';
import { Findings } from '../findings.ts';
import { greyProfileOf } from '../grey-profile.ts';
import { joinIptc, readImageResources, splitResources } from '../iptc.ts';
import { joinExif } from '../join-exif.ts';
import { joinXmp } from '../join-xmp.ts';
import type { MetadataContainer } from './container.ts';

export const pngContainer: MetadataContainer = {
  extract(bytes) {
    const chunks = readPngChunks(bytes);
    const texts = new TextReader();
    const found: FoundBlocks = { exif: [], xmp: [], iptc: [] };
    const comments: Comment[] = [];
    for (const chunk of chunks) {
      const text = readPngText(bytes, chunk);
      if (text) readText(text, chunk, texts, found, comments);
    }
    const exif = chunks
      .filter(({ type }) => type === 'eXIf')
      .map(({ dataAt, dataEnd }) => withoutExifHeader(bytes.subarray(dataAt, dataEnd)));
    const iccp = chunks.find(({ type }) => type === 'iCCP');
    const phys = chunks.find(({ type }) => type === 'pHYs');
    return {
      ...EMPTY_METADATA,
      exif: joinExif([...exif, ...found.exif]),
      xmp: joinXmp(found.xmp),
      iptc: joinIptc(found.iptc),
      icc: iccp ? profileOf(bytes, iccp, texts) : null,
      comments,
      density: phys ? ifReadable(() => densityOf(bytes, phys), null) : null,
    };
  },

  async write(bytes, given, rest) {
    const chunks = readPngChunks(bytes);
    const metadataSet = isGrey(bytes) && given.icc ? { ...given, icc: greyProfileOf(given.icc) ?? given.icc } : given;
    const iccp = chunks.find(({ type }) => type === 'iCCP');
    const sameProfile =
      iccp &&
      metadataSet.icc &&
      sameBytes(profileOf(bytes, iccp, new TextReader()) ?? new Uint8Array(), metadataSet.icc);
    const added = await chunksFor(metadataSet, iccp && sameProfile ? bytes.subarray(iccp.start, iccp.end) : null);
    const parts = [bytes.subarray(0, 8)];
    for (const chunk of chunks) {
      if (stays(bytes, chunk, metadataSet, rest)) parts.push(bytes.subarray(chunk.start, chunk.end));
      if (chunk.type === 'IHDR') parts.push(...added);
    }
    const end = chunks.at(-1)?.end ?? bytes.length;
    return joinBytes(rest === 'keep' ? [...parts, bytes.subarray(end)] : parts);
  },
};

/** Colour type 0 or 4 (11.2.1): what oxipng makes of colours that are all grey, whatever profile they have. */
function isGrey(bytes: Uint8Array): boolean {
  return bytes[25] === 0 || bytes[25] === 4;
}

/** Decompresses within the same limits as an inspection. */
class TextReader {
  readonly #findings = new Findings();

  inflated(zlib: Uint8Array): Uint8Array | null {
    return this.#findings.inflated(zlib);
  }

  content({ text, compressed }: PngText): Uint8Array | null {
    return compressed ? this.inflated(text) : text;
  }
}

/** In the file's order: the first of a kind counts where they say different things, and eXIf before what ImageMagick wrote. */
interface FoundBlocks {
  readonly exif: Uint8Array[];
  readonly xmp: Uint8Array[];
  readonly iptc: Uint8Array[];
}

function readText(text: PngText, { type }: PngChunk, texts: TextReader, found: FoundBlocks, comments: Comment[]): void {
  const content = texts.content(text);
  if (!content) return;
  const kind = text.keyword === XMP_KEYWORD ? 'xmp' : rawProfileType(text.keyword);
  const raw = kind && text.keyword !== XMP_KEYWORD ? decodeRawProfile(content) : content;
  if (!kind && comments.length >= MAX_COMMENTS) return;
  if (!kind)
    comments.push({
      keyword: text.keyword,
      // By the book it is Latin-1 but for iTXt (11.3.3); many write UTF-8.
      text: type === 'iTXt' ? new TextDecoder().decode(content) : utf8OrLatin1(content),
    });
  else if (!raw || kind === 'icc') return;
  // Browsers turn a picture by eXIf alone: written as such, this would turn it.
  else if (kind === 'exif') found.exif.push(withoutTurn(withoutExifHeader(raw)));
  else if (kind === 'xmp') found.xmp.push(raw);
  else if (startsWith(raw, '8BIM')) {
    const resources = splitResources(ifReadable(() => readImageResources(raw), []));
    found.exif.push(...resources.exif.map(withoutTurn));
    found.xmp.push(...resources.xmp);
    if (resources.iptc) found.iptc.push(resources.iptc);
  } else found.iptc.push(raw);
}

function profileOf(bytes: Uint8Array, { dataAt, dataEnd }: PngChunk, texts: TextReader): Uint8Array | null {
  const data = bytes.subarray(dataAt, dataEnd);
  const nameEnd = data.indexOf(0);
  return nameEnd < 0 || nameEnd > 79 ? null : texts.inflated(data.subarray(nameEnd + 2));
}

/** 11.3.5.3: pixels a metre. */
function densityOf(bytes: Uint8Array, { dataAt, dataEnd }: PngChunk): MetadataSet['density'] {
  const reader = new Reader(bytes.subarray(0, dataEnd), 'big', 'corrupt');
  const [x, y] = [reader.u32(dataAt) * 0.0254, reader.u32(dataAt + 4) * 0.0254];
  return reader.u8(dataAt + 8) !== 1 || isScreenResolution(x) ? null : { x, y };
}

function stays(bytes: Uint8Array, chunk: PngChunk, metadataSet: MetadataSet, rest: 'keep' | 'drop'): boolean {
  const { type, dataAt, dataEnd } = chunk;
  if (['eXIf', 'tEXt', 'zTXt', 'iTXt', 'caBX', 'iCCP'].includes(type)) return false;
  // Next to a profile they would say the same thing in worse words, or another.
  if (['sRGB', 'gAMA', 'cHRM'].includes(type) && metadataSet.icc) return false;
  if (type === 'pHYs') return metadataSet.density === null && !isPrintSize(bytes, chunk, rest);
  if (RENDERING_CHUNKS.includes(type) || (type.charCodeAt(0) & 0x20) === 0) return dataEnd >= dataAt;
  return rest === 'keep';
}

/** Pixels that are not square are no print size: they say how to show the picture. */
function isPrintSize(bytes: Uint8Array, chunk: PngChunk, rest: 'keep' | 'drop'): boolean {
  const reader = new Reader(bytes.subarray(0, chunk.dataEnd), 'big', 'corrupt');
  return rest === 'drop' && ifReadable(() => reader.u32(chunk.dataAt) === reader.u32(chunk.dataAt + 4), true);
}

async function chunksFor(
  { exif, xmp, icc, comments, density }: MetadataSet,
  iccpChunk: Uint8Array | null,
): Promise<Uint8Array[]> {
  return [
    ...(iccpChunk ? [iccpChunk] : icc ? [chunk('iCCP', latin1Bytes('ICC profile\0\0'), await deflate(icc))] : []),
    ...(density
      ? [
          chunk(
            'pHYs',
            bigEndian32(Math.round(density.x / 0.0254)),
            bigEndian32(Math.round(density.y / 0.0254)),
            new Uint8Array([1]),
          ),
        ]
      : []),
    ...(exif ? [chunk('eXIf', exif)] : []),
    // Uncompressed, as XMP part 3, 1.1.5 advises.
    ...(xmp ? [chunk('iTXt', latin1Bytes(`${XMP_KEYWORD}\0\0\0\0\0`), xmp)] : []),
    ...comments.map(textChunk),
  ];
}

/** A NUL would end the text (11.3.3.2). */
function textChunk({ keyword, text: given }: Comment): Uint8Array {
  const text = given.replaceAll('\0', '');
  const name =
    keyword
      .replace(/[^ -~\xa1-\xff]/g, '')
      .trim()
      .slice(0, 79) || 'Comment';
  const isLatin1 = /^[\n\x20-\x7e\xa0-\xff]*$/.test(text);
  return isLatin1
    ? chunk('tEXt', latin1Bytes(`${name}\0${text}`))
    : chunk('iTXt', latin1Bytes(`${name}\0\0\0\0\0`), new TextEncoder().encode(text));
}

/** 5.3. */
function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes([latin1Bytes(type), ...data]);
  return joinBytes([bigEndian32(body.length - 4), body, bigEndian32(crc32(body))]);
}
