import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KillName } from '../chaos/kills.ts';
import { makePictures, playRound, type RoundOptions } from '../chaos/round.ts';
import { verdictOn } from '../chaos/table.ts';
import { openBrowser, serve } from '../driver/index.ts';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { Random } from '../fuzz/random.ts';
import { rowsOf } from '../rows.ts';

let stage: Omit<RoundOptions, 'kill' | 'random' | 'folder'> & { readonly folder: { readonly path: string } };
let close: () => Promise<void>;

beforeAll(async () => {
  const [site, browser, folder, pictures] = await Promise.all([
    serve(null),
    openBrowser(),
    temporaryFolder('chaos'),
    // Half the pixels: enough work to be killed in the middle of.
    makePictures(0.7),
  ]);
  stage = { site, browser, folder, pictures };
  close = async () => {
    await browser.close();
    await site.close();
    await folder.remove();
  };
});
afterAll(() => close());

// `npm run chaos` plays all kinds, many times.
const KILLS: KillName[] = [
  'service worker stopped three times',
  'offscreen page closed',
  'workspace reloaded',
  'extension process crashed',
];
it.each(rowsOf(KILLS, (kill) => /three times|crashed/.test(kill)))(
  'no image is lost in silence, fails by a fault of ours, hangs or comes out wrong: %s',
  async (kill) => {
    const random = new Random(7);
    const result = await playRound({
      ...stage,
      folder: join(stage.folder.path, kill),
      kill,
      random: () => random.below(1_000_000) / 1_000_000,
    });
    expect(verdictOn([result]), result.remarks.join('\n')).toEqual([]);
    if (kill !== 'extension process crashed') expect(result.right).toBeGreaterThan(0);
  },
  600_000,
);
