/**
 * `npm test`: brings in what is missing, then types, lint, format and the build, unit and component tests, and the tests in a real
 * browser. It stops at the first stage that fails. `npm test -- --only unit [file ...]` runs one stage alone, and
 * `npm run test:all` the long tests in the browser, too.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { COMMANDS, run, say } from './command.mjs';
import { setUp } from './setup.mjs';
import { runTests, totals } from './vitest-run.mjs';

const STAGES = {
  /** It checks the TypeScript files, too: a run of tsc beside it found nothing more in twice the time. */
  types: () =>
    run(COMMANDS.svelteCheck, ['--tsconfig', './tsconfig.json', '--output', 'human', '--fail-on-warnings'], {
      output: 'inherit',
    }),
  lint: async () => {
    await run(COMMANDS.oxlint, ['--type-aware', '--deny-warnings', 'lib', 'components', 'entrypoints'], {
      output: 'inherit',
    });
    await run(COMMANDS.eslint, ['.', '--max-warnings', '0'], { output: 'inherit' });
  },
  format: async () => {
    await run(COMMANDS.prettier, ['--check', '--log-level', 'warn', '.'], { output: 'inherit' });
    await run(COMMANDS.knip, ['--no-progress'], { output: 'inherit' });
  },
  build: () => build(),
  unit: (files) => runTests(['unit', 'unit-mocks'], files),
  components: (files) => runTests(['components'], files),
  e2e: (files) => runTests(['e2e'], files),
  'e2e-long': (files) => runTests(['e2e-long'], files),
};

/** Stages that are run at the same time: each keeps one core busy, and as one ends the others have what it leaves. */
const TOGETHER = [['types', 'lint', 'format', 'build']];

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, all: { type: 'boolean' } },
  });
  if (values.only !== undefined && !(values.only in STAGES))
    throw new Error(`There is no stage "${values.only}": ${Object.keys(STAGES).join(', ')}.`);
  const inBrowser = values.only === 'e2e' || values.only === 'e2e-long';
  const wanted =
    values.only === undefined
      ? Object.keys(STAGES).filter((name) => values.all === true || name !== 'e2e-long')
      : [...(inBrowser ? ['build'] : []), values.only];
  // Long tables try all of their rows, see tests/rows.ts.
  if (values.all === true) process.env.COMPRESSIMAGE_ALL_ROWS = '1';
  await stage('set-up', async () => {
    const judged = wanted.includes('unit');
    const browser = wanted.some((name) => name.startsWith('e2e'));
    await setUp({ browser, judges: judged, unzip: judged || browser });
  });
  for (const names of groups(wanted)) {
    const ends = await Promise.allSettled(names.map((name) => stage(name, () => STAGES[name](positionals))));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

/** @param {string[]} wanted @returns {string[][]} in their order, those that go together in one */
function groups(wanted) {
  return wanted.flatMap((name) => {
    const group = TOGETHER.find((names) => names.includes(name))?.filter((each) => wanted.includes(each)) ?? [name];
    return group[0] === name ? [group] : [];
  });
}

async function stage(name, work) {
  const started = performance.now();
  say(`== ${name}`);
  try {
    await work();
  } catch (error) {
    throw new Error(`${name} failed: ${error.message}`, { cause: error });
  } finally {
    say(`== ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}

main()
  .then(
    () => 0,
    (error) => {
      say(error.message);
      return 1;
    },
  )
  .then((code) => {
    for (const name of totals.skippedNames) process.stdout.write(`skipped: ${name}\n`);
    process.stdout.write(
      `tests: ${totals.passed} passed, ${totals.failed} failed${totals.skippedNames.length > 0 ? `, ${totals.skippedNames.length} skipped` : ''}\n`,
    );
    process.exit(code);
  });
