/** Builds the extension when its sources differ from those of the build that is there. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { COMMANDS, PROJECT_FOLDER, run, say } from './command.mjs';

/** All that the build is made from; the C below `lib` and what compiles it are part of it. */
const SOURCES = [
  'assets',
  'components',
  'entrypoints',
  'lib',
  'locales',
  'public',
  'scripts/chunks.mjs',
  'scripts/native.mjs',
  'wxt.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * Where a build lies. The one for tests, in which clock and deadlines can be set from outside, never lies where the real one does.
 * @param {{ test?: boolean }} [options]
 */
export function buildFolder({ test = false } = {}) {
  return resolve(PROJECT_FOLDER, `${process.env['COMPRESSIMAGE_OUT_DIR'] ?? '.output'}${test ? '-test' : ''}`);
}

/** Builds for Chrome, if needed. @param {{ test?: boolean }} [options] @returns {Promise<boolean>} whether it did */
export async function build(options = {}) {
  const folder = buildFolder(options);
  const manifest = join(folder, 'chrome-mv3', 'manifest.json');
  const stamp = join(folder, 'chrome-mv3.stamp');
  // The manifest's time tells a build that somebody made by hand, of whatever sources.
  const state = () => (existsSync(manifest) ? `${sourcesHash()} ${statSync(manifest).mtimeMs}` : null);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state()) return false;
  say('Building the extension');
  await run(COMMANDS.wxt, ['build'], {
    output: 'quiet',
    env: { ...process.env, COMPRESSIMAGE_OUT_DIR: folder, COMPRESSIMAGE_TEST_BUILD: options.test ? '1' : '' },
  });
  writeFileSync(stamp, state() ?? '');
  return true;
}

function sourcesHash() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((path) => filesIn(join(PROJECT_FOLDER, path))))
    hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
