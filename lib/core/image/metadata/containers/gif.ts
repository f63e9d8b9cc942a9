/** Metadata in GIF: comment and application extensions (GIF89a, 24 and 26). */
import { joinBytes, latin1Bytes } from '../../../bytes/bytes.ts';
import { joinSubBlocks, readGifBlocks, type GifBlock } from '../../formats/gif-blocks.ts';
import { utf8OrLatin1 } from '../../formats/text.ts';
import { EMPTY_METADATA, MAX_COMMENTS, type MetadataSet } from '../metadata-set.ts';
import { joinXmp } from '../join-xmp.ts';
import type { MetadataContainer } from './container.ts';

/** Two application extensions of one name and code each: XMP part 3, 1.1.2, and the ICC's proposal of 1999. */
const XMP_NAME = 'XMP DataXMP';
const ICC_NAME = 'ICCRGBG1012';
const LOOP_NAMES = ['NETSCAPE2.0', 'ANIMEXTS1.0'];

/** 1, then 255 to 0, then 0: from wherever a reader of sub-blocks lands in it, it is led to the end. */
const XMP_TRAILER = new Uint8Array([1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0]);

export const gifContainer: MetadataContainer = {
  extract(bytes) {
    const { blocks } = readGifBlocks(bytes);
    const icc = blocks.find(({ application }) => application === ICC_NAME);
    return {
      ...EMPTY_METADATA,
      xmp: joinXmp(
        blocks
          .filter(({ application }) => application === XMP_NAME)
          .map(({ dataAt, end }) => bytes.subarray(dataAt, Math.max(dataAt, end - XMP_TRAILER.length))),
      ),
      icc: icc ? joinSubBlocks(bytes, icc.dataAt) : null,
      comments: blocks
        .filter(({ kind }) => kind === 'comment')
        .slice(0, MAX_COMMENTS)
        .map((block) => ({ keyword: 'Comment', text: utf8OrLatin1(joinSubBlocks(bytes, block.dataAt)) })),
    };
  },

  write(bytes, metadataSet, rest) {
    return Promise.resolve().then(() => {
      const { blocks, headerEnd } = readGifBlocks(bytes);
      const kept = blocks.filter((block) => stays(block, rest));
      return joinBytes([
        bytes.subarray(0, headerEnd),
        ...blocksFor(metadataSet),
        ...kept.map(({ start, end }) => bytes.subarray(start, end)),
        new Uint8Array([0x3b]),
      ]);
    });
  },
};

function stays({ kind, application }: GifBlock, rest: 'keep' | 'drop'): boolean {
  if (kind === 'comment') return false;
  if (kind === 'other') return rest === 'keep';
  if (kind !== 'application') return true;
  if (application === XMP_NAME || application === ICC_NAME || application.startsWith('C2PA_GIF')) return false;
  return LOOP_NAMES.includes(application) || rest === 'keep';
}

function blocksFor({ xmp, icc, comments }: MetadataSet): Uint8Array[] {
  const application = (name: string, data: Uint8Array): Uint8Array =>
    joinBytes([new Uint8Array([0x21, 0xff, 11]), latin1Bytes(name), data]);
  return [
    ...(icc ? [application(ICC_NAME, asSubBlocks(icc))] : []),
    ...(xmp ? [application(XMP_NAME, joinBytes([xmp, XMP_TRAILER]))] : []),
    ...comments.map(({ text }) =>
      joinBytes([new Uint8Array([0x21, 0xfe]), asSubBlocks(new TextEncoder().encode(text))]),
    ),
  ];
}

function asSubBlocks(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(new Uint8Array([part.length]), part);
  }
  return joinBytes([...parts, new Uint8Array(1)]);
}
