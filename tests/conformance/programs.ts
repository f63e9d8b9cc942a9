/** Programs of Debian's packages that judge our files. Each is optional: where it is absent, the tests that want it say so. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGES = {
  exiftool: ['libimage-exiftool-perl', '-ver'],
  djxl: ['libjxl-tools', '--version'],
  cjxl: ['libjxl-tools', '--version'],
  webpmux: ['webp', '-version'],
  gifsicle: ['gifsicle', '--version'],
} as const;
export type Program = keyof typeof PACKAGES;

const found = new Map<Program, boolean>();

export function isInstalled(program: Program): boolean {
  let is = found.get(program);
  if (is === undefined) {
    try {
      execFileSync(program, [PACKAGES[program][1]], { stdio: 'ignore' });
      is = true;
    } catch {
      is = false;
    }
    found.set(program, is);
  }
  return is;
}

/** Why a test is left out, for its name; '' where nothing is missing. Says it once on the console as well. */
export function missing(...programs: readonly Program[]): string {
  const absent = programs.filter((program) => !isInstalled(program));
  if (absent.length === 0) return '';
  const reason = `${absent.join(' and ')} not installed (apt-get install ${[...new Set(absent.map((program) => PACKAGES[program][0]))].join(' ')})`;
  console.warn(`left out: ${reason}`);
  return reason;
}

/** Runs work in a folder of its own, which is gone after it. The bytes are in it as `name`. */
export async function inFolder<T>(
  name: string,
  bytes: Uint8Array,
  work: (file: string, folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return await work(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function run(program: Program, ...args: readonly string[]): Buffer {
  return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64e6 });
}
