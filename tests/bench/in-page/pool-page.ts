/** A page of the extension with a part of the product in it, for a bench. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { WasmName } from '../../../lib/core/codecs/codec.ts';
import { builtExtension, openExtensionPage, type Browser } from '../../driver/index.ts';
import { WASM_FILES } from '../../node-wasm.ts';
import type { BuiltFiles } from './pool-in-page.ts';

export interface BenchPage {
  readonly page: Page;
  /** Where the build keeps what the script needs. */
  readonly files: BuiltFiles;
}

/** @returns the page, in which `poolInPage` is */
export function openPoolPage(browser: Browser): Promise<BenchPage> {
  return openBenchPage(browser, 'pool-in-page.ts');
}

/** @param script of this folder, which is bundled and evaluated in the page */
export async function openBenchPage(browser: Browser, script: string): Promise<BenchPage> {
  const page = await openExtensionPage(browser, 'welcome.html');
  await page.evaluate(await bundled(script));
  const assets = readdirSync(join(builtExtension(), 'assets'));
  const asset = (start: string, end: string): string =>
    `/assets/${assets.find((file) => file.startsWith(`${start}-`) && file.endsWith(end)) ?? ''}`;
  const wasm = Object.fromEntries(
    Object.entries(WASM_FILES).map(([name, file]) => [name, asset(basename(file, '.wasm'), '.wasm')]),
  ) as Record<WasmName, string>;
  return { page, files: { worker: asset('codec.worker', '.js'), wasm } };
}

/** The script that runs in the page. */
async function bundled(script: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, script), name: 'bench', formats: ['iife'] },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  return chunk?.code ?? '';
}
