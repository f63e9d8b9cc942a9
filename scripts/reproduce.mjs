/**
 * Builds the extension twice, in two other folders, at two times and in two time zones, and compares the files.
 *
 *     npm run reproduce
 *
 * Takes what git has of the project, as it lies here, and the packages that are installed. Ends with status 1, and the names of
 * the files, where one differs.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PROJECT_FOLDER, say } from './command.mjs';

const PLACES = [
  { name: 'a', zone: 'UTC' },
  { name: join('another', 'place'), zone: 'Asia/Tokyo' },
];

/** By path. @param {string} folder @returns {Map<string, string>} */
function hashesIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/** @param {string} folder @param {string} zone @returns {Map<string, string>} */
function buildIn(folder, zone) {
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT_FOLDER,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  for (const file of tracked.split('\0').filter((name) => name && !name.startsWith('tests/'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(PROJECT_FOLDER, file), join(folder, file));
  }
  symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, [join('node_modules', 'wxt', 'bin', 'wxt.mjs'), 'build'], {
    cwd: folder,
    env: { ...process.env, TZ: zone, COMPRESSIMAGE_OUT_DIR: '.output' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return hashesIn(join(folder, '.output', 'chrome-mv3'));
}

const temporary = mkdtempSync(join(tmpdir(), 'compressimage-reproduce-'));
try {
  const [first, second] = PLACES.map(({ name, zone }) => {
    say(`Building in ${name}, ${zone}`);
    return buildIn(join(temporary, name), zone);
  });
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  const different = names.filter((name) => first.get(name) !== second.get(name));
  for (const name of different) say(`differs: ${name}`);
  const all = createHash('sha256').update(names.map((name) => `${name} ${first.get(name)}\n`).join(''));
  say(`${names.length} files, ${different.length} differ, sha256 of all ${all.digest('hex')}`);
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
