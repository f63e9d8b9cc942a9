/** A page of the extension with the engine's pool in it, for a bench. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { WasmName } from '../../../lib/core/codecs/codec.ts';
import { builtExtension, openExtensionPage, type Browser } from '../../driver/index.ts';
import { WASM_FILES } from '../../node-wasm.ts';
import type { BuiltFiles } from './pool-in-page.ts';

/** @returns the page, in which `poolInPage` is, and where the build keeps what the pool needs */
export async function openPoolPage(browser: Browser): Promise<{ readonly page: Page; readonly files: BuiltFiles }> {
  const page = await openExtensionPage(browser, 'welcome.html');
  await page.evaluate(await bundled());
  const assets = readdirSync(join(builtExtension(), 'assets'));
  const asset = (start: string, end: string): string =>
    `/assets/${assets.find((file) => file.startsWith(`${start}-`) && file.endsWith(end)) ?? ''}`;
  const wasm = Object.fromEntries(
    Object.entries(WASM_FILES).map(([name, file]) => [name, asset(basename(file, '.wasm'), '.wasm')]),
  ) as Record<WasmName, string>;
  return { page, files: { worker: asset('codec.worker', '.js'), wasm } };
}

/** The script that runs in the page. */
async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'pool-in-page.ts'), name: 'bench', formats: ['iife'] },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  return chunk?.code ?? '';
}
