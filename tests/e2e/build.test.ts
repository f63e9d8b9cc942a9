import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WASM_FILES } from '../node-wasm.ts';
import { PROJECT_FOLDER } from '../driver/built.ts';
import { builtExtension } from '../driver/index.ts';
import { basename } from 'node:path';

const folder = builtExtension();
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

  it('has no source map and no test', () => {
    expect(files.filter((file) => /\.map$|test/.test(file))).toEqual([]);
  });
});
