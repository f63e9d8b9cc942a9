/**
 * `npm run bench -- NAME [arguments]` runs tests/bench/NAME.ts on the built extension; without a name it lists them.
 * `npm run bench -- --quick` runs those that tell most in about two minutes on two idle cores, `--all` the same with more
 * images and rounds, for docs/benchmarks. With `--json FILE` the figures of all of them go into one file.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';

const QUICK = [
  ['codecs', '--megapixels', '1', '--rounds', '2'],
  ['click', '--rounds', '3'],
  ['overhead', '--images', '40', '--rounds', '1'],
  ['engine', '--images', '4', '--megapixels', '2', '--rounds', '2'],
  ['batch', '--images', '6', '--megapixels', '2', '--rounds', '1'],
];
const ALL = [
  ['codecs', '--rounds', '5'],
  ['decode', '--rounds', '5'],
  ['click', '--rounds', '5'],
  ['overhead', '--images', '60', '--rounds', '5'],
  ['batch', '--rounds', '5'],
  ['engine', '--rounds', '5'],
  ['popup'],
  ['memory'],
];

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const [name = '', ...rest] = process.argv.slice(2);

/** @param {string} bench @param {readonly string[]} args @returns {Promise<number>} its exit code */
const run = (bench, args) =>
  new Promise((resolve) => {
    spawn('tsx', [join(import.meta.dirname, `${bench}.ts`), ...args], { stdio: 'inherit' }).on('exit', (code) =>
      resolve(code ?? 1),
    );
  });

/** @param {readonly (readonly string[])[]} benches @returns {Promise<number>} */
async function runAll(benches) {
  const { values } = parseArgs({ args: rest, options: { json: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'compressimage-bench-'));
  /** @type {Record<string, unknown>} */
  const figures = {};
  let failed = 0;
  for (const [bench = '', ...args] of benches) {
    const file = join(folder, `${bench}.json`);
    const load = loadavg()[0];
    const began = performance.now();
    const code = await run(bench, [...args, '--json', file]);
    failed ||= code;
    if (code !== 0) continue;
    const seconds = Math.round((performance.now() - began) / 1000);
    figures[bench] = { arguments: args.join(' '), load, seconds, ...JSON.parse(readFileSync(file, 'utf8')) };
  }
  rmSync(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, gigabytes: Math.round(totalmem() / 1e9) };
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ date: new Date().toISOString(), machine, figures }, null, 2)}\n`);
  }
  return failed;
}

if (name === '--quick' || name === '--all') {
  await build();
  process.exitCode = await runAll(name === '--quick' ? QUICK : ALL);
} else if (names.includes(name)) {
  await build();
  process.exitCode = await run(name, rest);
} else {
  console.log(`npm run bench -- ${names.join(' | ')} | --quick | --all`);
  process.exitCode = name ? 1 : 0;
}
