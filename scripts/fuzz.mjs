/**
 * Fuzzes the parsers of images and metadata, one after the other, each in a process of its own.
 *
 *     npm run fuzz -- [--seconds N] [--parser NAME] [--seed N]
 *
 * N seconds for each parser (60), all of them (or NAME), and the seed of the random numbers (1).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, parser: { type: 'string' }, seed: { type: 'string', default: '1' } },
});

const run = new URL('../tests/fuzz/run.ts', import.meta.url).pathname;
const targets = readFileSync(new URL('../tests/fuzz/targets.ts', import.meta.url), 'utf8');
const names = values.parser ? [values.parser] : [...targets.split('export const TARGETS')[1].matchAll(/^ {2}(\w+): (?:\{|file|block)/gm)].map((match) => match[1]);

let failed = false;
for (const name of names) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', run, '--parser', name, '--seconds', values.seconds, '--seed', values.seed], { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
