/** The sets of other projects, as `scripts/test-images.mjs` fetched them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve, join } from 'node:path';

export type SetName = 'pngsuite' | 'libpng' | 'libjpeg-turbo' | 'go';

const FOLDER = resolve(import.meta.dirname, '../../.cache/test-images');

export interface FetchedSet {
  /** Sorted; empty when the set is not there. */
  readonly files: readonly string[];
  /** Why it is not there, for the name of a skipped test; ''. */
  readonly missing: string;
  read(file: string): Uint8Array<ArrayBuffer>;
}

/** Says on the console when it is not there. */
export function fetchedSet(name: SetName): FetchedSet {
  const folder = join(FOLDER, name);
  const read = (file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(join(folder, file)));
  if (existsSync(folder)) return { files: readdirSync(folder).sort(), missing: '', read };
  const reason = join(FOLDER, `${name}.missing.txt`);
  const missing = existsSync(reason)
    ? readFileSync(reason, 'utf8').trim()
    : 'not fetched yet: node scripts/test-images.mjs';
  console.warn(`left out: the images of ${name}: ${missing}`);
  return { files: [], missing, read };
}
