/**
 * Fuzzing the parsers of images and metadata, one after the other, guided by coverage.
 *
 *     npm run fuzz -- [--seconds N] [--parser NAME] [--seed N]
 *
 * N seconds for each parser (60), all of them (or NAME), and the seed of the random numbers (1).
 *
 * Ends with status 1 when a call threw anything but a CompressionError, took more than a second of processor time (a busy
 * machine can make any call last longer), or made the process grow by more than 256 MB. What a WASM decoder loses with each
 * failure adds up over a million of them; the product replaces a worker after each, so growth is looked at within a batch.
 * Inputs that reached new code are kept in tests/fuzz/corpus, those at fault in .cache/fuzz.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { fault, TARGETS, TARGET_NAMES, type TargetName } from './targets.ts';

const MAX_MILLISECONDS = 1000;
const MAX_GROWTH = 256e6;

/** Inputs between two looks at the coverage, which cost some milliseconds each. */
const BATCH = 64;

/** Larger inputs are used and not stored. */
const MAX_STORED = 1500;
const MAX_STORED_OF_A_PARSER = 12_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    parser: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});

/** Inputs that reached new code in earlier runs. */
function stored(folder: URL): Uint8Array[] {
  return existsSync(folder)
    ? readdirSync(folder).map((file) => new Uint8Array(readFileSync(new URL(file, folder))))
    : [];
}

function save(folder: URL, bytes: Uint8Array): string {
  const file = createHash('sha1').update(bytes).digest('hex').slice(0, 12);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), bytes);
  return file;
}

class Run {
  readonly #target: Target;
  readonly #coverage = new Coverage();
  #baseline = 0;
  executions = 0;
  slowest = 0;
  growth = 0;
  readonly faults = new Map<string, string>();

  constructor(target: Target) {
    this.#target = target;
    this.#coverage.start();
  }

  /** Runs them, and gives back those that reached code that nothing before had reached. */
  async batch(inputs: readonly Uint8Array[]): Promise<Uint8Array[]> {
    this.#baseline = process.memoryUsage.rss();
    for (const bytes of inputs) await this.#execute(bytes);
    if (this.#coverage.fresh(false) === 0) return [];
    const fresh: Uint8Array[] = [];
    for (const bytes of inputs) {
      await this.#execute(bytes);
      if (this.#coverage.fresh(true) > 0) fresh.push(bytes);
    }
    return fresh;
  }

  async #execute(bytes: Uint8Array): Promise<void> {
    this.executions++;
    const start = process.cpuUsage();
    const wrong = await fault(this.#target, bytes);
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    this.slowest = Math.max(this.slowest, took);
    if (wrong) this.#report(bytes, wrong);
    if (took > (this.#target.milliseconds ?? MAX_MILLISECONDS)) this.#report(bytes, `took ${took.toFixed(0)} ms`);
    this.growth = Math.max(this.growth, process.memoryUsage.rss() - this.#baseline);
    if (this.growth > MAX_GROWTH) this.#report(bytes, 'grew by more than 256 MB');
  }

  /** Once for each kind. */
  #report(bytes: Uint8Array, wrong: string): void {
    const kind = wrong.replace(/\d+/g, 'N').slice(0, 300);
    if (this.faults.has(kind)) return;
    this.faults.set(kind, save(new URL('../../.cache/fuzz/', import.meta.url), bytes));
    console.log(`fault in .cache/fuzz/${this.faults.get(kind) ?? ''}: ${wrong}`);
  }
}

async function fuzz(name: TargetName): Promise<boolean> {
  const target: Target = TARGETS[name];
  const folder = new URL(`corpus/${name}/`, import.meta.url);
  const random = new Random(Number(values.seed));
  const corpus = [...(await target.seeds()), ...stored(folder)];
  const known = corpus.length;
  let room = MAX_STORED_OF_A_PARSER - stored(folder).reduce((sum, { length }) => sum + length, 0);
  const run = new Run(target);
  await run.batch(corpus);
  for (const end = performance.now() + Number(values.seconds) * 1000; performance.now() < end;) {
    const inputs = Array.from({ length: BATCH }, () => mutate(random.pick(corpus), random, random.pick(corpus)));
    for (const bytes of await run.batch(inputs)) {
      corpus.push(bytes);
      if (bytes.length > MAX_STORED || bytes.length > room) continue;
      room -= bytes.length;
      save(folder, bytes);
    }
  }
  console.log(
    `${name}: ${run.executions} inputs in ${values.seconds} s, ${corpus.length - known} reached new code, slowest ${run.slowest.toFixed(0)} ms, ` +
      `memory at most +${(run.growth / 1e6).toFixed(0)} MB, faults ${run.faults.size}`,
  );
  return run.faults.size === 0;
}

/** Each in a process of its own, so that what one leaves in memory is not counted for the next. */
function fuzzAll(): boolean {
  const [script = ''] = process.argv.slice(1);
  const results = TARGET_NAMES.map((name) =>
    spawnSync(
      process.execPath,
      [...process.execArgv, script, '--parser', name, '--seconds', values.seconds, '--seed', values.seed],
      { stdio: 'inherit' },
    ),
  );
  return results.every(({ status }) => status === 0);
}

if (values.parser && !(TARGET_NAMES as string[]).includes(values.parser)) {
  console.error(`--parser is one of ${TARGET_NAMES.join(', ')}`);
  process.exit(2);
}
// A profiler that is still listening would keep the process alive.
process.exit((values.parser ? await fuzz(values.parser as TargetName) : fuzzAll()) ? 0 : 1);
