/**
 * A GIF that stays one, against `gifsicle -O3 --lossy=80` (Debian: `gifsicle`): bytes at a look that is no lower than its, by the
 * referee, as the lowest of the frames that are looked at. Photographs are made into clips; GIFs are taken as they are.
 *
 *   npm run bench -- gif [--json FILE] PHOTO_OR_GIF...
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import type { Frame } from '../../lib/core/animation/movie.ts';
import { openMovie } from '../../lib/core/animation/open-movie.ts';
import { encodeGifToAim } from '../../lib/core/pipeline/encode-gif-to-aim.ts';
import { EXACT } from '../../lib/core/pipeline/gif-losses.ts';
import { loadWasm } from '../node-wasm.ts';
import { refereeLook } from '../referee/ssimulacra2.ts';
import { asGif, drawnClips, photographedClips } from './clips/animation-clips.ts';

const LOOKED_AT = 6;

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });

const sources: { name: string; gif: Uint8Array }[] = [];
for (const clip of await drawnClips()) sources.push({ name: clip.name, gif: await asGif(clip) });
for (const file of positionals) {
  const name = basename(file);
  if (name.endsWith('.gif')) sources.push({ name, gif: new Uint8Array(await readFile(file)) });
  else
    for (const clip of await photographedClips(file, name)) sources.push({ name: clip.name, gif: await asGif(clip) });
}

const rows = [];
for (const source of sources) {
  rows.push({ name: source.name, ...(await measure(source.gif)) });
  console.log(JSON.stringify(rows.at(-1)));
}
console.table(rows);
const ratios = rows.map(({ ratio }) => ratio).sort((a, b) => a - b);
console.log(`median ${ratios[Math.floor(ratios.length / 2)]} worst ${ratios.at(-1)}`);
if (values.json) await writeFile(values.json, JSON.stringify(rows, null, 2));

async function measure(gif: Uint8Array): Promise<Record<string, number> & { ratio: number }> {
  const original = await framesOf(gif);
  const began = performance.now();
  const judged = gifsicle(gif);
  const judgeTook = performance.now() - began;
  const theirs = lowest(original, await framesOf(judged));
  const context = { load: loadWasm };
  let [low, high] = [0, EXACT];
  let bytes = gif.length;
  let look = 100;
  let took = 0;
  while (low < high) {
    const setting = (low + high) >> 1;
    const started = performance.now();
    const made = await encodeGifToAim(
      openMovie(gif, 'gif', loadWasm),
      { aim: { setting }, most: EXACT, giveUpAbove: null },
      context,
    );
    took = performance.now() - started;
    const reached = made ? lowest(original, await framesOf(made.bytes)) : 0;
    if (made && reached >= theirs) {
      [high, bytes, look] = [setting, made.bytes.length, reached];
    } else low = setting + 1;
  }
  return {
    original: gif.length,
    gifsicle: judged.length,
    'its look': rounded(theirs),
    ours: bytes,
    'our look': rounded(look),
    ratio: Math.round((1000 * bytes) / judged.length) / 1000,
    'its ms': Math.round(judgeTook),
    'our ms': Math.round(took),
  };
}

function gifsicle(gif: Uint8Array): Uint8Array {
  return new Uint8Array(
    execFileSync('gifsicle', ['-w', '-O3', '--lossy=80'], {
      input: gif,
      maxBuffer: 1e9,
      stdio: ['pipe', 'pipe', 'ignore'],
    }),
  );
}

async function framesOf(gif: Uint8Array): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of openMovie(gif, 'gif', loadWasm).frames())
    frames.push({ ...frame, data: frame.data.slice() });
  return frames;
}

/** By time: a writer may join equal frames. */
function lowest(original: readonly Frame[], copy: readonly Frame[]): number {
  const every = Math.max(1, Math.ceil(original.length / LOOKED_AT));
  let time = 0;
  let result = 100;
  for (const [i, frame] of original.entries()) {
    if (i % every === 0) result = Math.min(result, refereeLook(frame, frameAt(copy, time)));
    time += frame.durationMs;
  }
  return result;
}

function frameAt(frames: readonly Frame[], time: number): Pixels {
  let end = 0;
  const found = frames.find((frame) => (end += frame.durationMs) > time) ?? frames.at(-1);
  if (!found) throw new Error('no frame');
  return found;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
