/**
 * `npm start`: the main job in a real browser, on a sample image or on the person's own files. This part runs on a
 * machine that has nothing yet: it reads the options, brings in what is missing, builds, and hands over to `start.ts`.
 */
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { say } from './command.mjs';
import { setUp } from './setup.mjs';

const USAGE = `Usage: npm start -- [options] [image ...]
  --menu TITLE    the menu item to choose, such as "Save as WebP" (default: the first one)
  --browser NAME  chromium (default) or firefox
  --out DIR       where the smaller files go (default: output/)
  --json          one JSON object a line on stdout, and nothing else
  --help          this text`;

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (options.browser !== 'chromium') {
    throw new Error(
      options.browser === 'firefox'
        ? 'Firefox is not yet supported: use --browser chromium.'
        : `There is no browser "${options.browser}": use chromium.`,
    );
  }
  // A person in front of a display gets to see it, and to keep it open.
  const person = Boolean(process.env['DISPLAY']) && process.stdin.isTTY && process.stdout.isTTY && !process.env['CI'];
  await setUp({ screen: person ? 'person' : 'virtual' });
  await build();
  const { tsImport } = await import('tsx/esm/api');
  const { start } = await tsImport('./start.ts', import.meta.url);
  return start({ ...options, display: person ? process.env['DISPLAY'] : undefined });
}

/** @param {string[]} args */
function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      menu: { type: 'string' },
      browser: { type: 'string', default: 'chromium' },
      out: { type: 'string', default: 'output' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return { ...values, files: positionals };
}

main().then(
  (code) => process.exit(code),
  (error) => {
    // Node adds advice to its own sentence, which the usage gives better.
    if (error.code?.startsWith('ERR_PARSE_ARGS')) say(`${error.message.split('. ')[0]}.\n${USAGE}`);
    else say(error.message);
    process.exit(1);
  },
);
