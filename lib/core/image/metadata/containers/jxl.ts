/** Metadata in JPEG XL: the boxes of ISO/IEC 18181-2, Clause 9. The colour profile is in the codestream and stays there. */
import { CompressionError } from '../../../errors.ts';
import { copyBytes, joinBytes, latin1Bytes } from '../../../bytes/bytes.ts';
import { exifBlock } from '../../formats/heif-metadata.ts';
import { readFileBoxes, type Box } from '../../formats/isobmff.ts';
import { startsWith } from '../../../bytes/reader.ts';
import { EMPTY_METADATA, type MetadataSet } from '../metadata-set.ts';
import { joinExif } from '../join-exif.ts';
import { joinXmp } from '../join-xmp.ts';
import { box } from './box.ts';
import type { MetadataContainer } from './container.ts';

/** 9.1 and 9.2. */
const SIGNATURE_BOX = latin1Bytes('\0\0\0\x0cJXL \r\n\x87\n');
const FILE_TYPE_BOX = latin1Bytes('\0\0\0\x14ftypjxl \0\0\0\0jxl ');

/** Codestream, its parts, level and frame index, and the gain map. */
const PICTURE = ['JXL ', 'ftyp', 'jxll', 'jxlc', 'jxlp', 'jxli', 'jhgm'];

export const jxlContainer: MetadataContainer = {
  extract(bytes) {
    const boxes = boxesOf(bytes);
    const all = (name: string): Uint8Array[] =>
      boxes.filter(({ type }) => type === name).map(({ dataAt, end }) => bytes.subarray(dataAt, end));
    return {
      ...EMPTY_METADATA,
      exif: joinExif(all('Exif').flatMap((data) => exifBlock(data) ?? [])),
      xmp: joinXmp(all('xml ')),
    };
  },

  /**
   * What is compressed by Brotli cannot be filtered and goes, and so does `jbrd`: it holds the metadata of the JPEG that it
   * can restore, which without its own is another file anyway.
   */
  write(bytes, metadataSet, rest) {
    return Promise.resolve().then(() => {
      if (metadataSet.icc) throw new CompressionError('unsupported-variant', { format: 'JPEG XL', feature: 'ICC' });
      const added = boxesFor(metadataSet);
      if (isBare(bytes)) {
        return added.length === 0
          ? copyBytes(bytes)
          : joinBytes([SIGNATURE_BOX, FILE_TYPE_BOX, ...added, box('jxlc', bytes)]);
      }
      const boxes = boxesOf(bytes);
      const kept = boxes.filter((one) => PICTURE.includes(one.type) || (rest === 'keep' && !isMetadata(bytes, one)));
      const head = kept.filter(({ type }) => ['JXL ', 'ftyp', 'jxll'].includes(type));
      const copy = (one: Box): Uint8Array => bytes.subarray(one.start, one.end);
      // A last box of "as far as the file goes" stays the last.
      return joinBytes([...head.map(copy), ...added, ...kept.filter((one) => !head.includes(one)).map(copy)]);
    });
  },
};

function isBare(bytes: Uint8Array): boolean {
  return startsWith(bytes, '\xff\x0a');
}

function boxesOf(bytes: Uint8Array): Box[] {
  return isBare(bytes) ? [] : readFileBoxes(bytes);
}

function isMetadata(bytes: Uint8Array, { type, dataAt }: Box): boolean {
  return ['Exif', 'xml ', 'jumb', 'jbrd'].includes(type) || (type === 'brob' && startsWith(bytes, 'jumb', dataAt));
}

/** 9.6: EXIF begins with where its TIFF header is. */
function boxesFor({ exif, xmp }: MetadataSet): Uint8Array[] {
  return [...(exif ? [box('Exif', new Uint8Array(4), exif)] : []), ...(xmp ? [box('xml ', xmp)] : [])];
}
