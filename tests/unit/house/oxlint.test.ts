/**
 * The rules that oxlint holds, tried on a folder with the project's settings: each kind of promise that nobody waits for, and a
 * circle of imports, is planted and must be caught.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../driver/built.ts';
import { temporaryFolder, type TemporaryFolder } from '../../driver/temporary-folder.ts';

const PLANTED = {
  'typescript(no-floating-promises)': 'export function planted(): void { work(); }',
  'typescript(await-thenable)': 'export async function planted(): Promise<void> { await 5; }',
  'typescript(no-misused-promises)': 'export const planted: { go: () => void } = { go: work };',
};
const FOLDERS = ['lib/core/model', 'components/panel', 'entrypoints/compose'];
const bin = (name: string): string => join(PROJECT_FOLDER, 'node_modules', '.bin', name);

let folder: TemporaryFolder;
/** By file, the rules that it breaks. */
let found: Map<string, string[]>;

beforeAll(async () => {
  folder = await temporaryFolder('promises');
  const write = (path: string, text: string): Promise<void> => writeFile(join(folder.path, path), text);
  await copyFile(join(PROJECT_FOLDER, '.oxlintrc.json'), join(folder.path, '.oxlintrc.json'));
  await write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true } }));
  for (const path of FOLDERS) {
    await mkdir(join(folder.path, path), { recursive: true });
    const begin = 'const work = async (): Promise<void> => undefined;\n';
    for (const [at, text] of Object.values(PLANTED).entries())
      await write(`${path}/planted-${at}${at === 0 ? '.svelte' : ''}.ts`, begin + text);
    // What the browser's events take.
    await write(`${path}/fine.ts`, `${begin}[1].forEach(work);\nvoid work();\n`);
  }
  // Of types alone, too.
  await write('lib/core/model/one.ts', "import { other } from './other.ts';\nexport type One = typeof other;\n");
  await write('lib/core/model/other.ts', "import type { One } from './one.ts';\nexport const other: One[] = [];\n");
  const answer = await new Promise<string>((resolve) => {
    const args = ['--type-aware', '--format', 'json', ...new Set(FOLDERS.map((path) => path.split('/')[0] ?? ''))];
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: bin('tsgolint') };
    execFile(bin('oxlint'), args, { cwd: folder.path, env }, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(answer) as { diagnostics: { code: string; filename: string }[] };
  found = new Map();
  for (const { code, filename } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
});
afterAll(() => folder.remove());

it.each(FOLDERS)('promises are waited for in %s', (path) => {
  const files = [...found].filter(([file]) => file.includes(`${path}/planted`)).sort();
  expect(files.map(([, rules]) => rules)).toEqual(Object.keys(PLANTED).map((rule) => [rule]));
});

it('no circle of imports is let through, and nothing else is caught', () => {
  const others = [...found].filter(([file]) => !file.includes('/planted'));
  expect(others.map(([, rules]) => rules)).toEqual([['import(no-cycle)'], ['import(no-cycle)']]);
});
