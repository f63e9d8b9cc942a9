/** Asking exiftool, where it is installed, what a file holds: a reader that shares nothing with ours. */
import { execFileSync, spawnSync } from 'node:child_process';

export const HAS_EXIFTOOL = spawnSync('exiftool', ['-ver']).status === 0;

/** Tags as "Group:Name", numbers as numbers, files and programs left out. */
export function exiftool(bytes: Uint8Array): Record<string, unknown> {
  const json = execFileSync('exiftool', ['-j', '-G', '-n', '-a', '-api', 'LargeFileSupport=1', '-'], { input: bytes });
  const [tags] = JSON.parse(json.toString()) as Record<string, unknown>[];
  return Object.fromEntries(
    Object.entries(tags ?? {}).filter(
      ([name]) => !/^(SourceFile|ExifTool:ExifToolVersion|File:|Composite:)/.test(name),
    ),
  );
}

/** What exiftool finds wrong with the structure, in its words; a maker's notes are the maker's. */
export function complaints(bytes: Uint8Array): string[] {
  return Object.entries(exiftool(bytes))
    .filter(([name]) => /ExifTool:(Warning|Error)/.test(name))
    .map(([, text]) => String(text))
    .filter((text) => !text.includes('MakerNotes'));
}
