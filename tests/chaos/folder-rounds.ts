/** Rounds of a folder in place, one after the other, each with a line on stdout. */
import { join } from 'node:path';
import { openBrowser } from '../driver/index.ts';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { photograph } from '../e2e/stage.ts';
import { Random } from '../fuzz/random.ts';
import { playFolderRound, type Pictures } from './folder.ts';

/** Smooth, and written with far more bytes than their look needs: each gets smaller. */
export async function folderPictures(count: number): Promise<Pictures> {
  const names = Array.from({ length: count }, (_, at) => `photo ${at}.jpg`);
  return new Map(await Promise.all(names.map(async (name, at) => [name, await smooth(at)] as const)));
}

/** @returns whether no file was lost, half or larger in any of them */
export async function runFolderRounds(rounds: number, seed: number): Promise<boolean> {
  const random = new Random(seed);
  const [browser, folder, pictures] = await Promise.all([openBrowser(), temporaryFolder('chaos'), folderPictures(10)]);
  const faults: string[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const result = await playFolderRound({
        browser,
        folder: join(folder.path, 'trip'),
        pictures,
        random: () => random.below(1_000_000) / 1_000_000,
      });
      faults.push(...result.faults);
      process.stdout.write(
        `${round}. ${result.written} new, ${result.untouched} old, ${result.halves} halves; ${result.faults.join(', ') || 'all whole'}\n`,
      );
    }
  } finally {
    await browser.close();
    await folder.remove();
  }
  return faults.length === 0;
}

async function smooth(at: number): Promise<Buffer> {
  return (await photograph(240, 160))
    .blur(3)
    .modulate({ hue: at * 30 })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
