/**
 * Fetches the image sets of other projects that the conformance tests read, from Debian's packages and source packages,
 * into `.cache/test-images`, which git ignores. Plain Node without packages. Without apt or a network the sets stay
 * away, the reason is kept beside them, and the tests that want them say it and are skipped.
 *
 * `node scripts/test-images.mjs` fetches what is missing; `--again` does not wait a day after an attempt that failed.
 */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { PROJECT_FOLDER, say } from './command.mjs';

const execute = promisify(execFile);

export const TEST_IMAGES = join(PROJECT_FOLDER, '.cache', 'test-images');

/**
 * Each set by its folder: the Debian package, whether its source is meant, and which of its files are taken.
 * libspng's source has the whole of PngSuite (Willem van Schaik), the files that are bad on purpose included.
 */
export const SETS = {
  pngsuite: { package: 'libspng', source: true, files: /\/tests\/images\/[a-z][a-z0-9]{4,8}\.png$/i },
  libpng: { package: 'libpng1.6', source: true, files: /\/contrib\/testpngs\/.*\.png$/ },
  'libjpeg-turbo': { package: 'libjpeg-turbo', source: true, files: /\/testimages\/.*\.(jpg|bmp)$/ },
  go: { package: 'golang-1.19-src', source: false, files: /\/image\/(png\/)?testdata\/[^/]*\.(png|jpeg|gif)$/ },
};

/** ms from one attempt that failed to the next: without a network it would cost each run some seconds. */
const NEXT_ATTEMPT = 24 * 3600_000;

/** @param {{ again?: boolean }} [options] */
export async function fetchTestImages({ again = false } = {}) {
  const missing = Object.keys(SETS).filter(
    (name) => !existsSync(join(TEST_IMAGES, name)) && (again || !failedLately(name)),
  );
  if (missing.length === 0) return;
  await mkdir(TEST_IMAGES, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'compressimage-sets-'));
  try {
    const sources = missing.some((name) => SETS[name].source) ? await sourceLists(folder).catch((error) => error) : [];
    for (const name of missing) {
      const { package: from, source, files } = SETS[name];
      try {
        if (source && sources instanceof Error) throw sources;
        const unpacked = await mkdir(join(folder, name, 'unpacked'), { recursive: true }).then(() =>
          join(folder, name, 'unpacked'),
        );
        if (source) await downloadSource(from, sources, join(folder, name), unpacked);
        else await downloadPackage(from, join(folder, name), unpacked);
        await take(unpacked, files, join(TEST_IMAGES, name));
        await rm(reasonFile(name), { force: true });
      } catch (error) {
        const reason = `Debian's ${from} could not be fetched: ${String(error.stderr || error.message)
          .trim()
          .split('\n')
          .at(-1)}`;
        say(reason);
        await writeFile(reasonFile(name), `${reason}\n`);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reasonFile(name) {
  return join(TEST_IMAGES, `${name}.missing.txt`);
}

function failedLately(name) {
  const file = reasonFile(name);
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < NEXT_ATTEMPT;
}

/** The lists of source packages of the sites that this machine's apt knows, in a folder of their own: apt's own stay as they are. */
async function sourceLists(folder) {
  const { stdout } = await execute('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME) $(COMPONENT)',
    'Identifier: Packages',
    'Origin: Debian',
  ]);
  const line = stdout.split('\n').find((target) => /^\S+ [a-z]+ main$/.test(target));
  if (!line) throw new Error('apt knows no site of Debian');
  const list = join(folder, 'sources.list');
  await writeFile(list, `deb-src ${line}\n`);
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  const options = [
    `Dir::Etc::SourceList=${list}`,
    'Dir::Etc::SourceParts=-',
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `APT::Sandbox::User=${process.env['USER'] ?? 'root'}`,
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  await execute('apt-get', [...options, '-q', 'update'], { timeout: 120_000 });
  return options;
}

/** Only the upstream archive, without Debian's changes. */
async function downloadSource(name, options, folder, to) {
  await execute('apt-get', [...options, '-q', 'source', '--download-only', '--tar-only', '--only-source', name], {
    cwd: folder,
    timeout: 120_000,
  });
  const archive = (await readdir(folder)).find((file) => /\.orig\.tar\.\w+$/.test(file));
  if (!archive) throw new Error(`no archive of ${name} came`);
  await execute('tar', ['--extract', '--file', join(folder, archive), '--directory', to], { timeout: 60_000 });
}

async function downloadPackage(name, folder, to) {
  await execute('apt-get', ['download', '-q', name], { cwd: folder, timeout: 120_000 });
  const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
  if (!archive) throw new Error(`no archive of ${name} came`);
  await execute('dpkg-deb', ['--extract', join(folder, archive), to], { timeout: 60_000 });
}

/** The set is there as a whole or not at all. */
async function take(from, wanted, to) {
  const found = (await readdir(from, { recursive: true })).filter((path) => wanted.test(`/${path}`));
  if (found.length === 0) throw new Error('the archive has none of the files');
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  for (const path of found) await cp(join(from, path), join(part, basename(path)));
  await rename(part, to);
}

/** Why a set is not there, for the test that wanted it. */
export async function reasonFor(name) {
  return (
    (await readFile(reasonFile(name), 'utf8').catch(() => '')).trim() || `not fetched yet: node scripts/test-images.mjs`
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await fetchTestImages({ again: process.argv.includes('--again') });
  for (const name of Object.keys(SETS)) {
    const files = await readdir(join(TEST_IMAGES, name)).catch(() => null);
    say(`${name}: ${files ? `${files.length} files` : await reasonFor(name)}`);
  }
}
