/** `npm run bench -- NAME [arguments]` runs tests/bench/NAME.ts; without a name it lists them. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const [name, ...rest] = process.argv.slice(2);
if (!name || !names.includes(name)) {
  console.log(`npm run bench -- ${names.join(' | ')}`);
  process.exit(name ? 1 : 0);
}
spawn('tsx', [join(import.meta.dirname, `${name}.ts`), ...rest], { stdio: 'inherit' }).on('exit', (code) =>
  process.exit(code ?? 1),
);
