/**
 * `npm run build -- [--pseudo] [options of wxt build]`: with --pseudo into `.output-pseudo`, and all texts a third longer
 * (see `pseudo.mjs`), to look at the layout.
 */
import { COMMANDS, run } from './command.mjs';

const args = process.argv.slice(2);
const pseudo = args.includes('--pseudo');
await run(COMMANDS.wxt, ['build', ...args.filter((arg) => arg !== '--pseudo')], {
  output: 'inherit',
  env: { ...process.env, ...(pseudo && { COMPRESSIMAGE_PSEUDO: '1', COMPRESSIMAGE_OUT_DIR: '.output-pseudo' }) },
});
