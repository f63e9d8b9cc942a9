/** libwebp's own tools, from Debian's package `webp`; where they are absent, the tests that want them say so. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const missingTools = ['webpmux', 'webpinfo'].filter((tool) => {
  try {
    execFileSync(tool, ['-version'], { stdio: 'ignore' });
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT';
  }
});

if (missingTools.length > 0) {
  console.warn(`left out: checks by ${missingTools.join(' and ')}, which are not installed (apt-get install webp)`);
}

export interface MuxInfo {
  readonly canvas: string;
  readonly features: string;
  readonly loops: number;
  readonly frames: readonly {
    x: number;
    y: number;
    width: number;
    height: number;
    duration: number;
    dispose: string;
    blend: string;
    coding: string;
  }[];
}

/** What `webpmux -info` reads. */
export function muxInfo(bytes: Uint8Array): MuxInfo {
  const text = run('webpmux', bytes, (file) => ['-info', file]);
  const frames = [
    ...text.matchAll(/^\s*\d+:\s+(\d+)\s+(\d+)\s+\w+\s+(\d+)\s+(\d+)\s+(\d+)\s+(\w+)\s+(\w+)\s+\d+\s+(\w+)/gm),
  ];
  return {
    canvas: /Canvas size: (.*)/.exec(text)?.[1] ?? '',
    features: /Features present: (.*)/.exec(text)?.[1]?.trim() ?? '',
    loops: Number(/Loop Count : (\d+)/.exec(text)?.[1]),
    frames: frames.map(([, width, height, x, y, duration, dispose, blend, coding]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
      duration: Number(duration),
      dispose: dispose ?? '',
      blend: blend ?? '',
      coding: coding ?? '',
    })),
  };
}

/** What `webpinfo` has against the file's structure; '' when it has nothing. */
export function complaints(bytes: Uint8Array): string {
  try {
    const text = run('webpinfo', bytes, (file) => ['-quiet', file]);
    return /error|warning/i.test(text.replace(/No error detected\./, '')) ? text : '';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function run(tool: string, bytes: Uint8Array, options: (file: string) => string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'webp-'));
  try {
    const file = join(folder, 'animation.webp');
    writeFileSync(file, bytes);
    return execFileSync(tool, options(file), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
