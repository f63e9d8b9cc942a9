/** Asking exiftool, where it is installed, what a file holds: a reader that shares nothing with ours. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { askExiftool } from './exiftool-process.ts';

export const HAS_EXIFTOOL = spawnSync('exiftool', ['-ver']).status === 0;

/** Tags as "Group:Name", numbers as numbers, files and programs left out. */
export async function exiftool(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const folder = await temporaryFolder('exiftool');
  try {
    const file = join(folder.path, 'file');
    await writeFile(file, bytes);
    const json = await askExiftool(['-j', '-G', '-n', '-a', '-api', 'LargeFileSupport=1', file]);
    const [tags] = JSON.parse(json) as Record<string, unknown>[];
    return Object.fromEntries(
      Object.entries(tags ?? {}).filter(
        ([name]) => !/^(SourceFile|ExifTool:ExifToolVersion|File:|Composite:)/.test(name),
      ),
    );
  } finally {
    await folder.remove();
  }
}

/** What exiftool finds wrong with the structure, in its words; a maker's notes are the maker's. */
export async function complaints(bytes: Uint8Array): Promise<string[]> {
  return Object.entries(await exiftool(bytes))
    .filter(([name]) => /ExifTool:(Warning|Error)/.test(name))
    .map(([, text]) => String(text))
    .filter((text) => !text.includes('MakerNote'));
}
