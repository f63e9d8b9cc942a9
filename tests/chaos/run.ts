/**
 * Kills parts of the extension in the middle of batches, and looks what became of each image.
 *
 *     npm run chaos -- [--seed N] [--rounds N] [--kill NAME | --folder]
 *
 * N rounds (40), each of 12 chosen images and a right-click, by the seed of the random numbers (1). The kinds of kills
 * follow each other; a NAME, or a part of one, leaves only those. The table goes to stdout; the status is 1 when an image
 * was lost in silence, or by a kill that may lose none, hung, wrong, or ended by an error of ours.
 *
 * With --folder, a folder is made smaller in place in each round and the browser is killed in the middle of the writing: each
 * file must be the old or the new one, whole, and its original kept.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser, serve } from '../driver/index.ts';
import { temporaryFolder } from '../driver/temporary-folder.ts';
import { Random } from '../fuzz/random.ts';
import { runFolderRounds } from './folder-rounds.ts';
import { KILL_NAMES } from './kills.ts';
import { makePictures, playRound, type RoundResult } from './round.ts';
import { tableOf, verdictOn } from './table.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '40' },
    kill: { type: 'string', default: '' },
    folder: { type: 'boolean', default: false },
  },
});
if (values.folder) {
  const ok = await runFolderRounds(Number(values.rounds), Number(values.seed));
  process.exit(ok ? 0 : 1);
}
const kinds = KILL_NAMES.filter((name) => name.includes(values.kill));
if (kinds.length === 0) throw new Error(`There is no kill "${values.kill}": ${KILL_NAMES.join(', ')}.`);

const random = new Random(Number(values.seed));
const [site, browser, folder, pictures] = await Promise.all([
  serve(null),
  openBrowser(),
  temporaryFolder('chaos'),
  makePictures(),
]);
const results: RoundResult[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const kill = kinds[round % kinds.length] ?? 'browser killed';
    const result = await playRound({
      browser,
      site,
      pictures,
      folder: join(folder.path, String(round)),
      kill,
      random: () => random.below(1_000_000) / 1_000_000,
    });
    results.push(result);
    const { remarks, milliseconds, ...counts } = result;
    process.stderr.write(
      `${round + 1}. ${Object.entries(counts)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')} in ${(milliseconds / 1000).toFixed(1)} s\n${remarks.map((remark) => `   ${remark}\n`).join('')}`,
    );
  }
} finally {
  await browser.close();
  await site.close();
  await folder.remove();
}
process.stdout.write(`${tableOf(results)}\n`);
const faults = verdictOn(results);
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
