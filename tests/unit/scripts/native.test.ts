import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { compileNative } from '../../../scripts/native.mjs';
import { WASM_NAMES } from '../../../lib/core/codecs/codec.ts';
import { WASM_FILES } from '../../node-wasm.ts';

const CORE = join(import.meta.dirname, '../../../lib/core');
const NATIVE = readdirSync(CORE, { recursive: true, encoding: 'utf8' }).filter((path) => basename(path) === 'native');

it('finds C to compile', () => {
  expect(NATIVE).toContain(join('look', 'native'));
});

it.each(NATIVE)('%s is compiled and named to the build and the tests', async (folder) => {
  const name = basename(dirname(folder));
  const output = join(CORE, dirname(folder), `${name}.wasm`);
  expect(existsSync(output)).toBe(true);
  expect(WASM_NAMES).toContain(name);
  expect(WASM_FILES).toHaveProperty(name, `../lib/core/${dirname(folder)}/${name}.wasm`);
  const module = await WebAssembly.compile(readFileSync(output));
  // Freestanding: nothing is asked of its host.
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  expect(WebAssembly.Module.exports(module).map((item) => item.name)).toEqual(
    expect.arrayContaining(['memory', '__heap_base']),
  );
});

it('leaves alone what agrees with its sources', async () => {
  const outputs = NATIVE.map((folder) => join(CORE, dirname(folder), `${basename(dirname(folder))}.wasm`));
  const before = outputs.map((path) => statSync(path).mtimeMs);
  expect(await compileNative()).toEqual([]);
  expect(outputs.map((path) => statSync(path).mtimeMs)).toEqual(before);
});
