/**
 * What a GIF costs as an animated WebP: lossless, at a quality, and by libwebp's own gif2webp where it is installed
 * (Debian: `webp`). Bytes, mean SSIMULACRA2 of the frames against the GIF's, ms. Photographs are given as files.
 *
 *   npm run bench -- animation .cache/photos/*.jpg
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import initReferee, { calc_s2 as score, get_buffer, new_buffer, type InitOutput } from 'calc-s2-rust/calc_s2_rust.js';
import type { OptionValues, Pixels } from '../../lib/core/codecs/codec.ts';
import { webpFormat } from '../../lib/core/codecs/webp.ts';
import { encodeAnimation } from '../../lib/core/animation/encode-animation.ts';
import { openMovie, type MovieFormat } from '../../lib/core/animation/open-movie.ts';
import { loadWasm } from '../node-wasm.ts';
import { asGif, drawnClips, photographedClips } from './clips/animation-clips.ts';

const QUALITY = 75;

const referee: InitOutput = await initReferee(
  await readFile(createRequire(import.meta.url).resolve('calc-s2-rust/calc_s2_rust_bg.wasm')),
);

/** It takes RGB8; alpha is composed over grey. */
function looks(original: Pixels, copy: Pixels): number {
  for (const [name, { data }] of [
    ['a', original],
    ['b', copy],
  ] as const) {
    new_buffer(name, (data.length * 3) / 4);
    const at = get_buffer(name);
    const rgb = new Uint8Array(referee.memory.buffer, at, (data.length * 3) / 4);
    for (let i = 0; i < rgb.length; i++) {
      const pixel = Math.floor(i / 3) * 4;
      const alpha = (data[pixel + 3] ?? 0) / 255;
      rgb[i] = Math.round((data[pixel + (i % 3)] ?? 0) * alpha + 128 * (1 - alpha));
    }
  }
  return score('a', 'b', original.width, original.height);
}

async function framesOf(bytes: Uint8Array, format: MovieFormat): Promise<Pixels[]> {
  const frames: Pixels[] = [];
  for await (const { width, height, data } of openMovie(bytes, format, loadWasm).frames())
    frames.push({ width, height, data: data.slice() });
  return frames;
}

async function ours(gif: Uint8Array, options: OptionValues): Promise<{ bytes: Uint8Array; how: string }> {
  const movie = openMovie(gif, 'gif', loadWasm);
  const made = await encodeAnimation({ movie, options, load: loadWasm });
  if (!made) throw new Error('given up without a limit');
  return { bytes: made.bytes, how: `${made.frames.lossless} of ${made.frames.written} lossless` };
}

function gif2webp(gif: Uint8Array, ...options: string[]): { bytes: Uint8Array; how: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'animation-'));
  try {
    const [from, to] = [join(folder, 'in.gif'), join(folder, 'out.webp')];
    writeFileSync(from, gif);
    execFileSync('gif2webp', ['-quiet', '-m', '4', ...options, from, '-o', to]);
    return { bytes: readFileSync(to), how: '' };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const log = console.log;
// The referee logs every call.
console.log = () => undefined;
const clips = await drawnClips();
for (const file of process.argv.slice(2)) clips.push(...(await photographedClips(file, basename(file))));
for (const clip of clips) {
  const gif = await asGif(clip);
  const original = await framesOf(gif, 'gif');
  log(`${clip.name}: GIF ${gif.length}`);
  const ways = {
    lossless: () => ours(gif, webpFormat.optionsFor('lossless')),
    [`q${QUALITY}`]: () => ours(gif, webpFormat.optionsFor({ quality: QUALITY })),
    gif2webp: () => gif2webp(gif),
    [`gif2webp -mixed q${QUALITY}`]: () => gif2webp(gif, '-mixed', '-q', String(QUALITY)),
  };
  for (const [name, make] of Object.entries(ways)) {
    const began = performance.now();
    const made = await make();
    if (!made) continue;
    const milliseconds = Math.round(performance.now() - began);
    const copies = await framesOf(made.bytes, 'webp');
    const look = copies.reduce((sum, copy, i) => sum + looks(original[i] ?? copy, copy), 0) / copies.length;
    log(
      `  ${name.padEnd(20)} ${String(made.bytes.length).padStart(7)} bytes  look ${look.toFixed(1).padStart(5)}  ${String(milliseconds).padStart(5)} ms  ${made.how}`,
    );
  }
}
