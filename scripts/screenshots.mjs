/** `npm run screenshots`: brings in what is missing, builds, and takes every picture of docs/screenshots again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { COMMANDS, PROJECT_FOLDER, run, say } from './command.mjs';
import { setUp } from './setup.mjs';

const folder = join(PROJECT_FOLDER, 'scripts', 'screenshots');
await setUp();
await build();
for (const script of readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .sort()) {
  say(script);
  await run(COMMANDS.tsx, [join(folder, script)], { output: 'inherit' });
}
