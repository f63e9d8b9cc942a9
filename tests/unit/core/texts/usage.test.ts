import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { expect, it } from 'vitest';
import { messages } from './locale.ts';

const root = new URL('../../../../', import.meta.url).pathname;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => ['.ts', '.svelte'].includes(extname(path)))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'));
}

const code = [
  ...sources('lib'),
  ...sources('components'),
  ...sources('entrypoints'),
  readFileSync(join(root, 'wxt.config.ts'), 'utf8'),
].join('\n');

it('has a text for every key that is asked for', () => {
  const asked = [...code.matchAll(/\b(?:t|translate)\('([\w.]+)'/g)].map(([, key = '']) => key.replaceAll('.', '_'));
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((key) => !(key in messages))).toEqual([]);
});

/** Keys that are made from codes: `error.${code}` stands for all that begin so. */
const made = [
  ...[...code.matchAll(/`(\w+\.(?:[\w.]|\$\{[^{}]*\})*)`/g)].map(
    ([, template = '']) => new RegExp(`^${template.replaceAll('.', '_').replace(/\$\{[^{}]*\}/g, '\\w+')}$`),
  ),
  // By `textKey`.
  /^(?:error|note|ahead|trait|metadata_kind)_/,
];

it('has no text that nobody asks for', () => {
  const named = new Set(
    [...code.matchAll(/__MSG_(\w+?)__|['"](?!__MSG_)([\w.]+)['"]/g)].map(
      ([, manifest, dotted = '']) => manifest ?? dotted.replaceAll('.', '_'),
    ),
  );
  expect(made.length).toBeGreaterThan(5);
  expect(Object.keys(messages).filter((key) => !named.has(key) && !made.some((keys) => keys.test(key)))).toEqual([]);
});
