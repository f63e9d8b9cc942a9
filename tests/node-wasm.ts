/** The same WASM files that the build ships, read from disk, for tests that run the codecs in Node. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { LoadWasm, WasmName } from '../lib/core/codecs/codec.ts';

const FILES: Record<WasmName, string> = {
  'jpeg-decoder': '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'jpeg-encoder': '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  'png-decoder': '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  oxipng: '@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm',
  'webp-decoder': '@jsquash/webp/codec/dec/webp_dec.wasm',
  'webp-encoder': '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  'avif-decoder': '@jsquash/avif/codec/dec/avif_dec.wasm',
  'avif-encoder': '@jsquash/avif/codec/enc/avif_enc_mt.wasm',
  'jxl-decoder': '@jsquash/jxl/codec/dec/jxl_dec.wasm',
  'jxl-encoder': '@jsquash/jxl/codec/enc/jxl_enc_mt_simd.wasm',
  resize: '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm',
  'heif-decoder': 'libheif-js/libheif-wasm/libheif.wasm',
  jpeg: '../lib/core/jpeg/jpeg.wasm',
  planes: '../lib/core/decoders/planes/planes.wasm',
  look: '../lib/core/look/look.wasm',
  quantise: '../lib/core/pixels/quantise/quantise.wasm',
};

/** As a browser's is: what it has is its prototype's, where a spread does not look. jSquash's own, for Node, has it itself. */
class BrowserLikeImageData {
  readonly #pixels: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.#pixels = { data, width, height };
  }
  get data(): Uint8ClampedArray {
    return this.#pixels.data;
  }
  get width(): number {
    return this.#pixels.width;
  }
  get height(): number {
    return this.#pixels.height;
  }
}
Object.assign(globalThis, { ImageData: BrowserLikeImageData });

const require = createRequire(import.meta.url);
const compiled = new Map<WasmName, Promise<WebAssembly.Module>>();

export const loadWasm: LoadWasm = (name) => {
  let module = compiled.get(name);
  if (!module) {
    module = readFile(require.resolve(FILES[name])).then((bytes) => WebAssembly.compile(bytes));
    compiled.set(name, module);
  }
  return module;
};

export { FILES as WASM_FILES };
