/** Folders that are gone with the process that made them, however it ends (but for `kill -9`). */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const FORCED = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

/** @param subject part of its name, such as `browser` */
export async function temporaryFolder(subject: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `compressimage-${subject}-`));
  const atExit = (): void => rmSync(path, FORCED);
  process.once('exit', atExit);
  return {
    path,
    async remove() {
      process.off('exit', atExit);
      await rm(path, FORCED);
    },
  };
}
