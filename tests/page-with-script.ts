/** A page of the built extension with a script of the tests in it, and where the build keeps what the script needs. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { WasmName } from '../lib/core/codecs/codec.ts';
import { builtExtension, openExtensionPage, type Browser } from './driver/index.ts';
import { WASM_FILES } from './node-wasm.ts';

/** Addresses in the built extension. */
export interface BuiltFiles {
  readonly worker: string;
  readonly wasm: Readonly<Partial<Record<WasmName, string>>>;
}

/** @param script its path; it is bundled and evaluated in the page */
export async function openPageWithScript(
  browser: Browser,
  script: string,
): Promise<{ readonly page: Page; readonly files: BuiltFiles }> {
  const page = await openExtensionPage(browser, 'welcome.html');
  await page.evaluate(await bundled(script));
  const assets = readdirSync(join(builtExtension(), 'assets'));
  const asset = (start: string, end: string): string =>
    `/assets/${assets.find((file) => file.startsWith(`${start}-`) && file.endsWith(end)) ?? ''}`;
  const wasm = Object.fromEntries(
    Object.entries(WASM_FILES).map(([name, file]) => [name, asset(basename(file, '.wasm'), '.wasm')]),
  ) as BuiltFiles['wasm'];
  return { page, files: { worker: asset('codec.worker', '.js'), wasm } };
}

async function bundled(script: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: script, name: 'inPage', formats: ['iife'] } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  return chunk?.code ?? '';
}
