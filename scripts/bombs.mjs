/** Builds the extension if needed and runs tests/chaos/bombs.ts under a Node that reads TypeScript. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

await build();
const run = fileURLToPath(new URL('../tests/chaos/bombs.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', run, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
