/** What exiftool reads and writes: its reading of metadata is everyone's. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { askExiftool } from '../images/exiftool-process.ts';

/** By group and name, such as `IFD0:Copyright` or `XMP-dc:Rights`. */
export type TagList = Readonly<Record<string, string>>;

/** Groups that tell of the file and its coding, not of what somebody wrote into it. */
const OF_THE_FILE =
  /^(ExifTool|System|File|Composite|RIFF|VP8|QuickTime|Meta|Track|JFIF|GIF|PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace)|PNG-pHYs|ICC|Jpeg2000|SourceFile)/;

/** Of several files at once. Comments count; what tells of the file does not. */
export function tagsOf(files: Readonly<Record<string, Uint8Array>>): Promise<Readonly<Record<string, TagList>>> {
  return inFolder(async (folder) => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const text = await askExiftool(['-json', '-n', '-G1', '-a', '-U', '-b', '-struct', folder]);
    const all = JSON.parse(text) as Record<string, unknown>[];
    return Object.fromEntries(all.map((tags) => [String(tags['SourceFile']).split('/').at(-1), written(tags)]));
  });
}

function written(tags: Record<string, unknown>): TagList {
  const own = Object.entries(tags).filter(([name]) => !OF_THE_FILE.test(name) || name === 'File:Comment');
  return Object.fromEntries(
    own.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** A copy into which exiftool wrote tags, given as its own arguments. What the format has no place for is left out. */
export function withTags(
  bytes: Uint8Array,
  extension: string,
  args: readonly string[],
  thumbnail?: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return inFolder(async (folder) => {
    const [from, to] = [join(folder, `in.${extension}`), join(folder, `out.${extension}`)];
    writeFileSync(from, bytes);
    const more = thumbnail ? [`-ThumbnailImage<=${join(folder, 'thumbnail.jpg')}`] : [];
    if (thumbnail) writeFileSync(join(folder, 'thumbnail.jpg'), thumbnail);
    await askExiftool(['-m', '-q', '-n', ...args, ...more, '-o', to, from]);
    return new Uint8Array(readFileSync(to));
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder('tags');
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
  }
}
