/** Decoding by the browser's planes in a page of the extension, for a bench: bundled, and evaluated there. */
import { readByPlanes } from '../../../lib/core/decoders/planes/read-planes.ts';
import { openPlanes } from '../../../lib/engine/plane-decoder.ts';

export interface DecodeInPage {
  /** @param source a whole file, in base64 @param planes address of the module @returns ms, and the sum of all values; null where it is not read so */
  decode(
    source: string,
    format: 'jpeg' | 'avif',
    planes: string,
  ): Promise<{ readonly milliseconds: number; readonly sum: number } | null>;
}

let planesModule: Promise<WebAssembly.Module> | null = null;

const inPage: DecodeInPage = {
  async decode(source, format, planes) {
    const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
    const module = await (planesModule ??= WebAssembly.compileStreaming(fetch(planes)));
    const began = performance.now();
    const pixels = await readByPlanes(bytes, format, openPlanes, () => Promise.resolve(module));
    const milliseconds = performance.now() - began;
    return pixels && { milliseconds, sum: pixels.data.reduce((sum, value) => sum + value, 0) };
  },
};

Object.assign(globalThis, { decodeInPage: inPage });
