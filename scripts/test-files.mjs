/** Finds test files by what they contain. */
/* eslint-disable @typescript-eslint/explicit-module-boundary-types -- in plain JavaScript the types are in the comments */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} folder @param {RegExp} text @returns {string[]} paths, from the folder's own on */
export function testFilesWith(folder, text) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => text.test(readFileSync(path, 'utf8')));
}
