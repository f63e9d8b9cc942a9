/**
 * Compiles the project's own C to WASM: the sources in each folder `native` under `lib/core` become one file beside that
 * folder, named after the folder that holds both (`lib/core/look/native/*.c` -> `lib/core/look/look.wasm`), which git
 * ignores. `lib/core/bytes/reserve.h` is there for all of them. It looks first: what agrees with its sources, the flags
 * and the compiler is left alone.
 *
 * The C is freestanding, there is no libc: memory comes from the TypeScript beside it, which lays out the exported memory
 * above `__heap_base`. A function is exported by `__attribute__((export_name("name")))`. Threads and relaxed SIMD are off, so
 * that every machine computes the same bytes.
 *
 * `node scripts/native.mjs` runs it alone. The compiler, clang built for WASM, is needed only here.
 */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_FOLDER, say } from './command.mjs';

const FLAGS = [
  '--target=wasm32-unknown-unknown',
  '-std=c17',
  '-O3',
  '-msimd128',
  '-ffreestanding',
  '-fno-math-errno',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-nostdlib',
  '-Wl,--no-entry',
  '-Wl,--export=__heap_base',
  '-Wl,--strip-all',
  '-Wl,-z,stack-size=65536',
];

/** What every folder may include. */
const SHARED = ['lib/core/bytes/reserve.h'];

/** Compiles what is not there yet, or not from these sources. @returns {Promise<string[]>} the files that were written */
export async function compileNative() {
  const written = [];
  for (const folder of nativeFolders()) {
    const output = outputOf(folder);
    const sources = sourcesIn(folder);
    const hash = hashOf(sources);
    const stamp = join(PROJECT_FOLDER, '.cache', 'native', `${basename(output)}.hash`);
    if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) continue;
    say(`Compiling ${relative(PROJECT_FOLDER, folder)}`);
    writeWhole(output, await compile(sources));
    mkdirSync(dirname(stamp), { recursive: true });
    writeWhole(stamp, hash);
    written.push(output);
  }
  return written;
}

/** Vitest's name for what runs before a project's tests, also when somebody runs one file by hand. */
export async function setup() {
  await compileNative();
}

/** Folders called `native` under `lib/core`. @returns {string[]} */
function nativeFolders() {
  return readdirSync(join(PROJECT_FOLDER, 'lib', 'core'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'native')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {string} folder */
function outputOf(folder) {
  return join(dirname(folder), `${basename(dirname(folder))}.wasm`);
}

/** The C sources and headers by name, the shared ones first, in one order on every machine. @param {string} folder @returns {Record<string, string>} */
function sourcesIn(folder) {
  const names = readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const paths = [...SHARED.map((path) => join(PROJECT_FOLDER, path)), ...names.map((name) => join(folder, name))];
  return Object.fromEntries(paths.map((path) => [basename(path), readFileSync(path, 'utf8')]));
}

/** @param {Record<string, string>} sources */
function hashOf(sources) {
  const compiler = readFileSync(join(PROJECT_FOLDER, 'node_modules', '@yowasp', 'clang', 'package.json'), 'utf8');
  return createHash('sha256')
    .update(JSON.stringify([JSON.parse(compiler).version, FLAGS, Object.entries(sources)]))
    .digest('hex');
}

/** @param {Record<string, string>} sources @returns {Promise<Uint8Array>} */
async function compile(sources) {
  const { runClang, runLLVM } = await import('@yowasp/clang');
  // Loads the compiler, without a line on stdout for each part.
  await runLLVM(undefined, {}, { fetchProgress: () => {} });
  const units = Object.keys(sources).filter((name) => name.endsWith('.c'));
  const diagnostics = [];
  const keep = (bytes) => bytes !== null && diagnostics.push(Buffer.from(bytes));
  try {
    const files = await runClang(['clang', ...FLAGS, ...units, '-o', 'out.wasm'], sources, {
      stdout: keep,
      stderr: keep,
    });
    return files['out.wasm'];
  } catch (error) {
    throw new Error(`${units.join(', ')} did not compile.\n${Buffer.concat(diagnostics).toString('utf8')}`, {
      cause: error,
    });
  }
}

/** Another process may read the file at the same moment. @param {string} path @param {string | Uint8Array} content */
function writeWhole(path, content) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, content);
  renameSync(part, path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  compileNative().catch((error) => {
    say(error.message);
    process.exitCode = 1;
  });
}
