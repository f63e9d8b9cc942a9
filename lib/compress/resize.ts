/** Making an image smaller in pixels, by jSquash's resize, in linear light (but for Magic Kernel), with alpha taken into account. */
import type { LoadWasm, Pixels } from '../codecs/codec.ts';
import { startBindgen } from '../codecs/emscripten.ts';
import type { Recipe, Resize } from './recipe.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that a resize gives an upright image; never larger than it is, never under 1 px. Null when nothing changes. */
export function resizedTo(size: Size, resize: Resize | null): Size | null {
  if (!resize) return null;
  const factor = Math.min(1, factorOf(size, resize));
  if (factor === 1) return null;
  const scaled = { width: Math.max(1, Math.round(size.width * factor)), height: Math.max(1, Math.round(size.height * factor)) };
  return scaled.width === size.width && scaled.height === size.height ? null : scaled;
}

function factorOf(size: Size, resize: Resize): number {
  switch (resize.by) {
    case 'longest-side': return resize.pixels / Math.max(size.width, size.height);
    case 'width': return resize.pixels / size.width;
    case 'height': return resize.pixels / size.height;
    case 'percent': return resize.percent / 100;
  }
}

/** The order of `squoosh_resize`'s own filters. */
const FILTERS: readonly Recipe['resizeMethod'][] = ['triangle', 'catrom', 'mitchell', 'lanczos3'];

export async function resizePixels(pixels: Pixels, size: Size, method: Recipe['resizeMethod'], load: LoadWasm): Promise<Pixels> {
  const bytes = new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength);
  if (method === 'magicKernelSharp2021') {
    const glue = await import('@jsquash/resize/lib/magic-kernel/pkg/jsquash_magic_kernel.js');
    await startBindgen('magic-kernel', (wasm) => glue.default({ module_or_path: wasm }), load);
    const answer = glue.resize(premultiplied(bytes), pixels.width, pixels.height, size.width, size.height, method);
    return { ...size, data: straightened(new Uint8ClampedArray(answer.data)) };
  }
  const glue = await import('@jsquash/resize/lib/resize/pkg/squoosh_resize.js');
  await startBindgen('resize', glue.default, load);
  const premultiply = true;
  const linearLight = true;
  const data = glue.resize(bytes, pixels.width, pixels.height, size.width, size.height, FILTERS.indexOf(method), premultiply, linearLight);
  return { ...size, data: new Uint8ClampedArray(data) };
}

/** Magic Kernel mixes channels one by one: without this, what is under transparent pixels would bleed into their neighbours. */
function premultiplied(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = data.slice();
  for (let i = 0; i < copy.length; i += 4) {
    const alpha = copy[i + 3]!;
    if (alpha === 255) continue;
    for (let c = i; c < i + 3; c++) copy[c] = Math.round(copy[c]! * alpha / 255);
  }
  return copy;
}

/** Back to straight alpha, in place. */
function straightened(data: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 255 || alpha === 0) continue;
    for (let c = i; c < i + 3; c++) data[c] = data[c]! * 255 / alpha;
  }
  return data;
}
