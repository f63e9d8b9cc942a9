import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { WASM_FILES } from '../node-wasm.ts';
import { PROJECT_FOLDER } from '../driver/built.ts';
import { builtExtension } from '../driver/index.ts';

const folder = builtExtension();
/** Bytes of the files deflated one by one, as a ZIP holds them, with what it notes of each. */
const zipped = (contents: readonly Buffer[]): number =>
  contents.reduce((sum, content) => sum + deflateRawSync(content, { level: 9 }).length + 200, 0);
let files: string[];
let scripts: { file: string; text: string }[];

beforeAll(async () => {
  files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  scripts = await Promise.all(
    files
      .filter((file) => /\.(js|html)$/.test(file))
      .map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })),
  );
});

describe('the built extension', () => {
  it('holds the codec worker and each WASM that the code names, and no other', () => {
    expect(files.filter((file) => /assets\/codec\.worker-.*\.js$/.test(file))).toHaveLength(1);
    const shipped = files
      .filter((file) => file.endsWith('.wasm'))
      .map((file) => basename(file).replace(/-[\w-]{8}\.wasm$/, '.wasm'))
      .sort();
    expect(shipped).toEqual([...new Set(Object.values(WASM_FILES).map((file) => basename(file)))].sort());
  });

  it('asks for the smallest permissions and a strict policy', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      manifest_version: 3,
      permissions: [
        'contextMenus',
        'offscreen',
        'storage',
        'downloads',
        'activeTab',
        'scripting',
        'alarms',
        'declarativeNetRequestWithHostAccess',
        'sidePanel',
      ],
      optional_permissions: ['notifications'],
      optional_host_permissions: ['*://*/*', 'file:///*'],
      content_security_policy: {
        extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'",
        sandbox: expect.stringMatching(/^sandbox allow-scripts; default-src 'none'; /),
      },
    });
    for (const key of ['host_permissions', 'web_accessible_resources', 'content_scripts', 'externally_connectable'])
      expect(manifest).not.toHaveProperty(key);
  });

  it('never evaluates text as code', () => {
    for (const { file, text } of scripts) {
      expect(text, file).not.toMatch(/\beval\s*\(|new Function\s*\(|\.constructor\(\s*["'`]/);
    }
  });

  it('loads no code from elsewhere', () => {
    for (const { file, text } of scripts) {
      expect(text, file).not.toMatch(/<script[^>]+src=["']https?:/);
      expect(text, file).not.toMatch(/(?:import|importScripts)\s*\(\s*["'`]https?:/);
    }
  });

  it('puts no script into pages that is 8 kB', async () => {
    const entrypoints = join(PROJECT_FOLDER, 'entrypoints');
    const names = (await readdir(entrypoints)).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(names.map((name) => readFile(join(entrypoints, name), 'utf8')));
    const injected = names.filter((_, index) => texts[index]?.includes('defineUnlistedScript('));
    expect(injected).toContain('toast.ts');
    for (const name of injected) {
      const file = name.replace('.ts', '.js');
      expect(scripts.find((script) => script.file === file)?.text.length, file).toBeLessThan(8000);
    }
  });

  it('has a popup of few files, and none of what is loaded when it is opened', () => {
    const popup = scripts.find(({ file }) => file === 'popup.html')?.text ?? '';
    const loaded = [...popup.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].flatMap(([, file]) => file ?? []);
    // Each is a request of its own: 37 of them took 250 ms.
    expect(loaded.filter((file) => file.endsWith('.js')).length).toBeLessThanOrEqual(4);
    expect(loaded.filter((file) => file.endsWith('.css')).length).toBeLessThanOrEqual(1);
    for (const part of ['CompareView', 'RecipeForm', 'FolderSheet', 'RowDetails', 'SizeSheet', 'options', 'offscreen'])
      expect(loaded.filter((file) => basename(file).startsWith(part))).toEqual([]);
    // One has no document, the other no interface but `runtime`: a view's module could end either as it is loaded.
    const [worker, engine] = ['background.js', 'offscreen.html'].map(
      (name) => scripts.find(({ file }) => file === name)?.text,
    );
    expect(worker).toBeDefined();
    expect(worker).not.toContain('./chunks/');
    expect(engine).not.toMatch(/\bpanel-[\w-]{8}\.js/);
  });

  it('is less than 5 MB as a package', async () => {
    const archive = zipped(await Promise.all(files.map((file) => readFile(join(folder, file)))));
    expect(archive).toBeLessThan(5_000_000);
  });

  it('has no source map and no test', () => {
    expect(files.filter((file) => /\.map$|test/.test(file))).toEqual([]);
  });
});
