/** The referee of looks: `calc-s2-rust`, SSIMULACRA 2 by others, about 1.5 s a megapixel. For tests and benches. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import initReferee, { calc_s2, get_buffer, new_buffer, remove_buffer } from 'calc-s2-rust/calc_s2_rust.js';
import type { Pixels } from '../../lib/core/codecs/codec.ts';

const wasm = createRequire(import.meta.url).resolve('calc-s2-rust/calc_s2_rust_bg.wasm');
const { memory } = await initReferee(await readFile(wasm));

/** @returns the score of two pictures of one size, 8 x 8 or more; with alpha the lower one over black and over white */
export function refereeLook(reference: Pixels, picture: Pixels): number {
  const opaque = !hasAlpha(reference) && !hasAlpha(picture);
  return Math.min(...(opaque ? [0] : [0, 255]).map((background) => scoreOver(background, reference, picture)));
}

function scoreOver(background: number, reference: Pixels, picture: Pixels): number {
  // The package writes a line for each buffer.
  const { log } = console;
  console.log = () => undefined;
  try {
    fill('reference', reference, background);
    fill('picture', picture, background);
    const score = calc_s2('reference', 'picture', reference.width, reference.height);
    remove_buffer('reference');
    remove_buffer('picture');
    return score;
  } finally {
    console.log = log;
  }
}

function fill(name: string, { data }: Pixels, background: number): void {
  const length = (data.length / 4) * 3;
  new_buffer(name, length);
  const rgb = new Uint8Array(memory.buffer, get_buffer(name), length);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3] ?? 255;
    for (let c = 0; c < 3; c++)
      rgb[to + c] = Math.round(((data[from + c] ?? 0) * alpha + background * (255 - alpha)) / 255);
  }
}

function hasAlpha({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}
