/** The directories of a TIFF file, and which of their tags the picture needs: TIFF 6.0, and libtiff's list of tags. */
import { ifReadable } from '../../bytes/reader.ts';
import { findEntry, type Ifd, type TiffBlock } from '../metadata/ifd.ts';

export interface TiffPage {
  readonly ifd: Ifd;
  /** Directories that its tag SubIFDs points to: smaller versions, masks, the raw picture of a DNG. */
  readonly children: readonly TiffPage[];
}

export const SUB_IFDS = 330;
const MAX_PAGES = 1000;
const MAX_DEPTH = 4;

/** The chain from the first directory on, each with its sub-directories; each once, as far as they can be read. */
export function readPages(block: TiffBlock): TiffPage[] {
  const seen = new Set<number>();
  const chain = (first: number, depth: number): TiffPage[] => {
    const pages: TiffPage[] = [];
    for (let at = first; at > 0 && !seen.has(at) && seen.size < MAX_PAGES;) {
      seen.add(at);
      const offset = at;
      const ifd = ifReadable(() => block.ifd(offset), null);
      if (!ifd) break;
      const sub = findEntry(ifd, SUB_IFDS);
      const starts = sub && depth < MAX_DEPTH ? block.numbers(sub, MAX_PAGES) : [];
      // What chains on behind a sub-directory belongs to nobody.
      pages.push({ ifd, children: starts.flatMap((start) => chain(start, depth + 1).slice(0, 1)) });
      at = depth === 0 ? ifd.next : 0;
    }
    return pages;
  };
  return chain(block.firstIfd, 0);
}

/** All directories, a page before its children. */
export function allDirectories(pages: readonly TiffPage[]): Ifd[] {
  return pages.flatMap(({ ifd, children }) => [ifd, ...allDirectories(children)]);
}

/** XResolution, YResolution, ResolutionUnit: of a print. */
export const RESOLUTION_TAGS: readonly number[] = [282, 283, 296];

/** DNG is a TIFF with tags of its own (DNG 1.7): these tell the camera, its owner, or what the file was before. */
const DNG_TAGS = { first: 50_706, last: 52_552 } as const;
const PRIVATE_DNG_TAGS: readonly number[] = [
  50_708, // UniqueCameraModel
  50_709, // LocalizedCameraModel
  50_735, // CameraSerialNumber
  50_740, // DNGPrivateData
  50_741, // MakerNoteSafety
  50_781, // RawDataUniqueID
  50_827, // OriginalRawFileName
  50_828, // OriginalRawFileData
  50_838, // ImageJ's metadata
  50_839,
  50_934, // AsShotProfileName
  50_936, // ProfileName
  50_942, // ProfileCopyright
  50_966, // PreviewApplicationName
  50_967,
  50_968, // PreviewSettingsName
  50_969,
  50_971, // PreviewDateTime
  51_043, // TimeCodes
  51_081, // ReelName
  51_105, // CameraLabel
  51_114,
];

/** What stands between these is of the picture; what is not here is metadata, of whatever program. */
const PICTURE_TAGS: ReadonlySet<number> = new Set([
  ...[254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 286, 287],
  ...[290, 291, 292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, SUB_IFDS],
  // Inks, extra samples, sample formats and their bounds, the clipping path, JPEG's tables.
  ...[332, 333, 334, 336, 338, 339, 340, 341, 342, 343, 344, 345, 346, 347, 351, 401, 402, 403, 404, 405, 433, 434],
  // The old coding of JPEG, YCbCr, strips of different height.
  ...[512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559],
  // Matteing, data type, depth of volumes; colour filter arrays; ICC; LogLuv; LERC; the value that stands for no data.
  ...[32_995, 32_996, 32_997, 32_998, 33_421, 33_422, 34_675, 37_439, 42_113, 50_674],
]);

export function isPictureTag(tag: number): boolean {
  const ofDng = tag >= DNG_TAGS.first && tag <= DNG_TAGS.last && !PRIVATE_DNG_TAGS.includes(tag);
  return PICTURE_TAGS.has(tag) || ofDng;
}
