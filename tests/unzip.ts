/** A ZIP taken apart by Info-ZIP's `unzip`, which has nothing of ours and compares every checksum. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The files in it by their paths. */
export async function unzipped(path: string): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'compressimage-zip-'));
  try {
    execFileSync('unzip', ['-q', path, '-d', folder], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    return new Map(
      await Promise.all(
        entries.map(
          async (entry) =>
            [
              join(entry.parentPath, entry.name).slice(folder.length + 1),
              await readFile(join(entry.parentPath, entry.name)),
            ] as const,
        ),
      ),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
