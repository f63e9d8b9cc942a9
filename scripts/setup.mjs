/**
 * Brings in what this checkout needs and does not have: npm packages, the browser and the screen from Debian's packages,
 * WXT's types, the project's own WASM. Plain Node without packages, since it runs before there are any. It looks first, so that a second run
 * takes no time and no network. Where it can't install, it throws one line that says what to install.
 *
 * `node scripts/setup.mjs` runs it alone. Everything it says goes to stderr: stdout belongs to the command that calls it.
 */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMMANDS, PROJECT_FOLDER, run, say, SetupError } from './command.mjs';
import { compileNative } from './native.mjs';
import { fetchTestImages } from './test-images.mjs';

/**
 * npm's packages and Debian's come at the same time, and what is made from each as soon as it is there.
 * @param {{ screen?: 'virtual' | 'person', browser?: boolean, judges?: boolean, unzip?: boolean }} [needs] `browser: false` leaves the browser and its screen
 *   alone; `screen: 'person'` is for a person's own display, where no virtual one is needed; `judges` are what the unit tests check results with.
 */
export async function setUp({ screen = 'virtual', browser = true, judges = false, unzip = false } = {}) {
  checkNode();
  await all(
    installPackages().then(() => all(prepareTypes(), compileNative())),
    installPrograms([
      ...(browser ? ['chromium', 'xdotool'] : []),
      ...(browser && screen === 'virtual' ? ['Xvfb', 'openbox'] : []),
      ...(unzip ? ['unzip'] : []),
    ]).then(() => (judges ? installJudges().then(() => fetchTestImages()) : undefined)),
  );
}

/** Waits for all of them, also when one fails: an installation is not left in the middle. @param {Promise<unknown>[]} work */
async function all(...work) {
  for (const end of await Promise.allSettled(work)) if (end.status === 'rejected') throw end.reason;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new SetupError(`Node 20.19 or newer is needed, and this is ${process.versions.node}.`);
}

/** npm keeps what it installed in a hidden lockfile; what agrees with ours need not be looked at again until ours changes. */
async function installPackages() {
  const lockfile = readFileSync(join(PROJECT_FOLDER, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  const stamp = join(PROJECT_FOLDER, 'node_modules', '.compressimage-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (!agrees(JSON.parse(lockfile.toString('utf8')))) {
    say('Installing the npm packages');
    await run(COMMANDS.npm, ['ci', '--no-audit', '--no-fund', '--loglevel=warn']).catch(() => {
      throw new SetupError('The npm packages could not be installed: connect to the npm registry and run `npm ci`.');
    });
  }
  writeFileSync(stamp, hash);
}

/** @param {{ packages: Record<string, { version?: string, optional?: boolean }> }} lockfile */
function agrees(lockfile) {
  const hidden = join(PROJECT_FOLDER, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const wanted = Object.entries(lockfile.packages).filter(([path]) => path !== '');
  return (
    wanted.every(
      ([path, { version, optional }]) => installed[path]?.version === version || (optional && !installed[path]),
    ) && Object.keys(installed).every((path) => path in lockfile.packages)
  );
}

/** Debian's package of each program, and what else may stand in for it. */
const PROGRAMS = {
  chromium: { package: 'chromium', names: ['chromium', 'chromium-browser'], variable: 'COMPRESSIMAGE_CHROMIUM' },
  xdotool: { package: 'xdotool', names: ['xdotool'] },
  Xvfb: { package: 'xvfb', names: ['Xvfb'] },
  openbox: { package: 'openbox', names: ['openbox'] },
  unzip: { package: 'unzip', names: ['unzip'] },
};

/** @param {(keyof typeof PROGRAMS)[]} wanted */
async function installPrograms(wanted) {
  const missing = () =>
    wanted
      .map((name) => PROGRAMS[name])
      .filter((program) => !isThere(program))
      .map((program) => program.package);
  const packages = missing();
  if (packages.length === 0) return;
  const hint = `Install ${packages.join(', ')}${packages.includes('chromium') ? ' (or set COMPRESSIMAGE_CHROMIUM to the path of a Chromium)' : ''} and run this again.`;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new SetupError(hint);
  say(`Installing ${packages.join(', ')} from Debian's packages`);
  try {
    await installDebian(packages);
  } catch {
    throw new SetupError(`Debian's packages could not be installed. ${hint}`);
  }
  if (missing().length > 0) throw new SetupError(hint);
}

/** Programs that check results by themselves: exiftool, gifsicle, libwebp's and libjxl's own tools. Where they can't be had, their tests say so. */
const JUDGES = [
  { package: 'libimage-exiftool-perl', names: ['exiftool'] },
  { package: 'webp', names: ['webpmux'] },
  { package: 'libjxl-tools', names: ['djxl'] },
  { package: 'gifsicle', names: ['gifsicle'] },
];

async function installJudges() {
  const packages = JUDGES.filter((program) => !isThere(program)).map((program) => program.package);
  if (packages.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  say(`Installing ${packages.join(', ')} from Debian's packages, to check results with`);
  try {
    await installDebian(packages);
  } catch {
    say('They could not be installed; the tests that need them are skipped.');
  }
}

/** @param {string[]} packages */
async function installDebian(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env });
}

/** @param {{ names: string[], variable?: string }} program */
function isThere({ names, variable }) {
  const named = variable === undefined ? undefined : process.env[variable];
  return named ? existsSync(named) : names.some(onPath);
}

/** @param {string} program */
export function onPath(program) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** `tsconfig.json` extends a file that WXT writes. */
async function prepareTypes() {
  const written = join(PROJECT_FOLDER, '.wxt', 'tsconfig.json');
  const sources = ['wxt.config.ts', 'package-lock.json', 'locales/en.yml'].map((path) => join(PROJECT_FOLDER, path));
  if (existsSync(written) && sources.every((source) => statSync(source).mtimeMs <= statSync(written).mtimeMs)) return;
  say('Preparing the types');
  await run(COMMANDS.wxt, ['prepare'], { output: 'quiet' });
  // WXT leaves a file alone that would be the same.
  utimesSync(written, new Date(), new Date());
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  setUp().then(
    () => say(`All is there (${((performance.now() - started) / 1000).toFixed(1)} s)`),
    (error) => {
      say(error.message);
      process.exitCode = 1;
    },
  );
}
