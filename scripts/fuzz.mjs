/** Runs tests/fuzz/run.ts, which says what it takes, under a Node that reads TypeScript. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const run = fileURLToPath(new URL('../tests/fuzz/run.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', run, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
