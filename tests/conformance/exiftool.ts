/** All tags of a file by exiftool, whose reading of metadata is everyone's. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TagList = Readonly<Record<string, string | number | readonly string[]>>;

/** Groups that tell of the file, not of what somebody wrote into it. */
const OF_THE_FILE = /^(ExifTool|System|File|Composite|PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace)|RIFF|QuickTime|JFIF)/;

/** By `Group:Name`, numbers as numbers. What tells of the file itself is left out, but for comments and embedded parts. */
export function tagsOf(bytes: Uint8Array, extension: string): TagList {
  const all = readTags(bytes, extension);
  return Object.fromEntries(Object.entries(all).filter(([name]) => !OF_THE_FILE.test(name) || name === 'File:Comment'));
}

/** With what tells of the file. */
export function readTags(bytes: Uint8Array, extension: string): TagList {
  const folder = mkdtempSync(join(tmpdir(), 'tags-'));
  try {
    const file = join(folder, `picture.${extension}`);
    writeFileSync(file, bytes);
    const [tags] = JSON.parse(execFileSync('exiftool', ['-json', '-n', '-G', '-a', '-u', '-struct', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })) as [TagList];
    return tags;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A copy into which exiftool wrote tags, given as its own arguments. */
export function withTags(bytes: Uint8Array, extension: string, ...args: readonly string[]): Uint8Array<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tags-'));
  try {
    const [from, to] = [join(folder, `in.${extension}`), join(folder, `out.${extension}`)];
    writeFileSync(from, bytes);
    execFileSync('exiftool', ['-q', '-q', ...args, '-o', to, from], { stdio: ['ignore', 'pipe', 'pipe'] });
    return new Uint8Array(readFileSync(to));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
