/** Where this build keeps each WASM file. Only the files named here are shipped. */
import avifDecoder from '@jsquash/avif/codec/dec/avif_dec.wasm?url';
import avifEncoder from '@jsquash/avif/codec/enc/avif_enc_mt.wasm?url';
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url';
import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm?url';
import jxlDecoder from '@jsquash/jxl/codec/dec/jxl_dec.wasm?url';
import jxlEncoder from '@jsquash/jxl/codec/enc/jxl_enc_mt_simd.wasm?url';
import oxipng from '@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm?url';
import pngDecoder from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url';
import resize from '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm?url';
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm?url';
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm?url';
import heifDecoder from 'libheif-js/libheif-wasm/libheif.wasm?url';
import jpeg from '../core/jpeg/jpeg.wasm?url&no-inline';
import planes from '../core/decoders/planes/planes.wasm?url&no-inline';
import look from '../core/look/look.wasm?url&no-inline';
import quantise from '../core/pixels/quantise/quantise.wasm?url&no-inline';
import type { WasmName } from '../core/codecs/codec.ts';

const URLS: Record<WasmName, string> = {
  'avif-decoder': avifDecoder,
  'avif-encoder': avifEncoder,
  'heif-decoder': heifDecoder,
  jpeg,
  'jpeg-decoder': jpegDecoder,
  'jpeg-encoder': jpegEncoder,
  'jxl-decoder': jxlDecoder,
  'jxl-encoder': jxlEncoder,
  look: look,
  quantise,
  oxipng: oxipng,
  planes,
  'png-decoder': pngDecoder,
  resize: resize,
  'webp-decoder': webpDecoder,
  'webp-encoder': webpEncoder,
};

const compiled = new Map<WasmName, Promise<WebAssembly.Module>>();

/** Compiles a module once for the whole pool; the module itself is posted to each worker that asks (0.2 ms). */
export function compileWasm(name: WasmName): Promise<WebAssembly.Module> {
  let module = compiled.get(name);
  if (!module) {
    module = WebAssembly.compileStreaming(fetch(URLS[name]));
    compiled.set(name, module);
    module.catch(() => compiled.delete(name));
  }
  return module;
}
