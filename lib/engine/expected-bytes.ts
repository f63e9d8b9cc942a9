/**
 * What the work on a plan takes at its peak: the WASM memories of all that it goes through, which stay as large as they once
 * were until their worker ends, and the pixels beside them. Figures are multiples of the RGBA8 size.
 */
import type { OptionValues } from '../core/codecs/codec.ts';
import { decoderHeap, encoderHeap, scansHeap } from '../core/codecs/heap.ts';
import { isTuned } from '../core/codecs/jpeg.ts';
import { formats } from '../core/codecs/registry.ts';
import { hasUseForThreads } from '../core/codecs/threads.ts';
import { isOutputFormat } from '../core/image/format-facts.ts';
import type { InputFormat, Inspection } from '../core/image/inspection.ts';
import { BYTES_A_PIXEL, MOST_MEASURED } from '../core/look/memory.ts';
import { NAMED_LOOKS } from '../core/model/looks.ts';
import { partsOf } from '../core/pipeline/parts.ts';
import type { Animate, Plan, Transcode } from '../core/pipeline/plan.ts';
import type { Size } from '../core/pixels/resize.ts';
import { turnedSize } from '../core/pixels/shape.ts';

const RGBA = 4;

/** @returns bytes */
export function expectedBytes(plan: Plan, inspection: Inspection): number {
  const peak = new Peak();
  add(plan, inspection, peak);
  // As it came, and in a decoder's memory, or put in order.
  return peak.bytes + 2 * inspection.bytes;
}

/** Pixels below which a part takes about as long as to start a worker for it. */
const WORTH_A_WORKER = 500_000;

/** Of each of `partsOf(plan)`; none where the picture is so small that other workers are no help. @returns bytes */
export function bytesOfParts(plan: Plan, inspection: Inspection): readonly number[] {
  if (area(plan.size) < WORTH_A_WORKER) return [];
  return partsOf(plan).map((part) => expectedBytes(part, inspection));
}

class Peak {
  readonly #memories = new Map<string, number>();
  #pixels = 0;

  memory(name: string, bytes: number): void {
    this.#memories.set(name, Math.max(this.#memories.get(name) ?? 0, bytes));
  }

  /** Of one plan at a time. */
  pixels(bytes: number): void {
    this.#pixels = Math.max(this.#pixels, bytes);
  }

  get bytes(): number {
    return [...this.#memories.values()].reduce((sum, bytes) => sum + bytes, this.#pixels);
  }
}

/** Of a JPEG's coefficients: as they came, where they are coded, and between in their new places. */
const COEFFICIENTS = { optimised: 3.2, rearranged: 4.7 };

function add(plan: Plan, inspection: Inspection, peak: Peak): void {
  const bytes = RGBA * area(plan.size);
  switch (plan.route) {
    // It is metadata that are read.
    case 'clean':
      break;
    case 'optimise':
      if (plan.input === 'jpeg') peak.pixels(COEFFICIENTS.optimised * bytes);
      if (plan.input === 'png') peak.memory('oxipng', encoderHeap('png', {}, true) * depth(inspection) * bytes);
      if (plan.fewerColours) addStill(plan.fewerColours, inspection, peak);
      break;
    case 'rearrange':
      peak.pixels(COEFFICIENTS.rearranged * bytes);
      addStill(plan.otherwise, inspection, peak);
      break;
    case 'minify':
      if (plan.otherwise) addStill(plan.otherwise, inspection, peak);
      break;
    case 'animate':
      addMoving(plan, inspection, peak);
      break;
    case 'transcode':
      addStill(plan, inspection, peak);
  }
  for (const rival of plan.rivals ?? []) {
    // Whether it is worth a try the pixels say, and what was once lossy is not.
    if (rival.output !== 'png' || (plan.input !== 'jpeg' && plan.input !== 'heic')) add(rival, inspection, peak);
  }
}

/** Under so many bytes a pixel quality alone does not bring a picture to a size: it gets fewer pixels. */
const FEW_BYTES = 0.06;

function addStill(plan: Plan & Transcode, inspection: Inspection, peak: Peak): void {
  const { goal, input, output, palette } = plan;
  const stored = RGBA * area(plan.size);
  const kept = plan.crop ?? (plan.turn >= 5 ? turnedSize(plan.size, 90) : plan.size);
  const to = plan.resize?.to ?? kept;
  const written = RGBA * area(to);
  const alpha = inspection.alpha && plan.flattenOnto === null;
  const decoding = decodingOf(plan, inspection);
  peak.memory(`${input} decoder`, decoding.memory * stored);
  let pixels = decoding.copies * stored;
  if (plan.turn !== 1 || plan.crop) pixels += RGBA * area(kept);
  const isShrunk = goal?.kind === 'size' && goal.bytes < area(to) * FEW_BYTES;
  if (plan.resize || isShrunk) {
    peak.memory('resize', resizing(kept, plan.resize ? to : { width: kept.width / 2, height: kept.height / 2 }));
    pixels += written;
  }
  peak.memory(
    `${output} encoder`,
    encodingOf(plan, alpha) * (hasUseForThreads(output, area(to)) ? THREADS : 1) * written,
  );
  if (goal) {
    peak.memory(`${output} decoder`, rereadingOf(plan, alpha) * written);
    pixels += written;
  }
  if (palette) pixels += PALETTE * written;
  if (goal || (palette && 'look' in palette)) {
    const measured = Math.min(area(to), MOST_MEASURED);
    peak.memory('look', measured * (alpha ? BYTES_A_PIXEL.transparent : BYTES_A_PIXEL.opaque));
    // Of both pictures.
    if (measured < area(to)) pixels += 2 * RGBA * measured;
  }
  peak.pixels(pixels);
}

/** Of AVIF's encoder, measured at 1 megapixel: 61 MB on one thread, 73 on four; with transparency 105, and 126 on eight. */
const THREADS = 1.2;

/** Its indices, and the pixels that they show. */
const PALETTE = 1.25;

interface Decoding {
  /** WASM. */
  readonly memory: number;
  /** Of all pixels. */
  readonly copies: number;
}

function decodingOf({ decoder, input }: Plan & Transcode, inspection: Inspection): Decoding {
  const deep = depth(inspection) > 1;
  switch (decoder) {
    // The browser's planes take less, or 0.5 more for whole chroma, and are gone before an encoder asks for memory.
    case 'wasm':
      return { memory: heapOf(input, inspection), copies: 1 };
    // Of 16 bits a channel: in the memory twice, taken out of it, and as 8.
    case 'deep':
      return input === 'png'
        ? { memory: 5, copies: 3 }
        : { memory: heapOf(input, inspection) + (inspection.alpha ? 3.5 : 3), copies: 5 };
    case 'reader':
      return READERS[input]?.(deep, inspection) ?? { memory: 0, copies: 1 };
    case 'first-frame':
      return { memory: heapOf(input, inspection), copies: 3 };
    // A bitmap and a canvas beside them.
    case 'browser':
      return { memory: 0, copies: 3 };
    case 'document':
      return { memory: 0, copies: 1 };
  }
}

const READERS: Partial<Record<InputFormat, (deep: boolean, inspection: Inspection) => Decoding>> = {
  heic: (deep) => (deep ? { memory: 5, copies: 3 } : { memory: 2.5, copies: 1 }),
  // Its samples, once more in a strip that may be all of it; with JPEG inside a codec's memory in their place.
  tiff: (_deep, inspection) => ({ memory: 0, copies: 1 + 2 * depth(inspection) }),
};

/** A progressive file is decoded from its coefficients, all of them at once: two bytes for each sample. */
const JPEG_DECODER = { sequential: 1.3, halved: 2, whole: 2.5 };

/** 0 for formats that only our own code reads. */
function heapOf(format: InputFormat, { alpha, coding }: Inspection): number {
  if (format === 'jpeg') return coding.progressive ? JPEG_DECODER.whole : JPEG_DECODER.sequential;
  return isOutputFormat(format) ? decoderHeap(format, alpha) : 0;
}

/** Of what is tried on the way to a goal. */
function rereadingOf(plan: Plan & Transcode, alpha: boolean): number {
  if (plan.output !== 'jpeg') return decoderHeap(plan.output, alpha);
  return costliest(plan)['chroma_subsample'] === 2 ? JPEG_DECODER.halved : JPEG_DECODER.whole;
}

/** Bytes of a channel. */
function depth({ bitDepth }: Inspection): number {
  return Math.max(1, bitDepth / 8);
}

/** Of the encoder of lib/core/jpeg, which has its coefficients too. */
const OWN_JPEG = { halved: 3, whole: 4.8 };

function encodingOf(plan: Plan & Transcode, alpha: boolean): number {
  const options = costliest(plan);
  if (plan.output === 'jpeg' && isTuned(options))
    return options['chroma_subsample'] === 2 ? OWN_JPEG.halved : OWN_JPEG.whole;
  return encoderHeap(plan.output, options, alpha) + scansHeap(plan.output, options);
}

/** The encoder's options that take most: a search for a high look may come to keep colours at full size. */
function costliest({ output, options, goal }: Plan & Transcode): OptionValues {
  if (goal?.kind !== 'look' || goal.look < NAMED_LOOKS.high) return options;
  const whole = formats[output].search?.wholeChroma ?? {};
  return Object.keys(whole).some((name) => name in goal.set) ? options : { ...options, ...whole };
}

/**
 * By `squoosh_resize`: both pictures as bytes and as floats in linear light, and the one between, which is resized in one
 * direction. Measured: 133 MB from 2000 x 2000 px to half a side, where this says 132.
 */
function resizing(from: Size, to: Size): number {
  return RGBA * (5 * area(from) + 5 * area(to) + 4 * from.width * to.height);
}

/** Canvases of a decoder: what it shows, what it restores, and the picture that is drawn there; and of the writer: what is shown, and cuts of it. */
const CANVASES = { read: 3, written: 4 };
/** Frames that are looked at, see lib/core/pipeline/sampled-frames.ts. */
const SAMPLE = { frames: 8, pixels: 16_000_000, compared: 1_000_000 };
/** lib/core/animation/gif-coder.ts */
const GIF_CODER = 14 / RGBA;

function addMoving(plan: Plan & Animate, inspection: Inspection, peak: Peak): void {
  const { frame, goal, input, options, output, resize } = plan;
  const canvas = RGBA * area(plan.size);
  const to = resize?.to ?? frame;
  const written = RGBA * area(to);
  peak.memory(`${input} decoder`, heapOf(input, inspection) * canvas);
  if (resize) peak.memory('resize', resizing(frame, to));
  if (output === 'gif') peak.memory('gif', GIF_CODER * written);
  else {
    // Frames have holes where nothing changed, and each is tried without a loss.
    const heaps = [encoderHeap('webp', { ...options, lossless: 1 }, true), encoderHeap('webp', options, true)];
    peak.memory('webp encoder', Math.max(...heaps) * written);
  }
  let pixels = CANVASES.read * canvas + CANVASES.written * written;
  if (goal?.kind === 'look') {
    if (output === 'webp') peak.memory('webp decoder', decoderHeap('webp', true) * written);
    peak.memory('look', Math.min(area(to), SAMPLE.compared) * BYTES_A_PIXEL.transparent);
    pixels += CANVASES.read * written + RGBA * Math.min(SAMPLE.frames * area(to), SAMPLE.pixels);
  }
  peak.pixels(pixels);
}

function area({ width, height }: Size): number {
  return width * height;
}
