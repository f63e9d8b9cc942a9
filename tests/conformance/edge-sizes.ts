/** Pictures of hardly any size, with alpha and without, and how far what is seen of them is from them. */
import { codecs, formats } from '../../lib/core/codecs/registry.ts';
import type { Pixels } from '../../lib/core/codecs/codec.ts';
import { FORMAT_FACTS } from '../../lib/core/image/format-facts.ts';
import type { OutputFormat } from '../../lib/core/image/inspection.ts';
import { picture } from '../images/odd/odd-file.ts';
import { loadWasm } from '../node-wasm.ts';

export const EDGE_SIZES = [
  [1, 1],
  [1, 7],
  [9, 1],
  [2, 2],
  [3, 5],
  [17, 33],
] as const;

/** How much a smooth colour may be off in the best lossy quality; subsampled chroma of so few pixels is the most of it. */
export const MOST_OFF = 12;

export interface Edge {
  readonly name: string;
  readonly pixels: Pixels;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Opaque, clear and half clear where the format has alpha; at its best quality and without loss. */
export async function edgesOf(format: OutputFormat, [width, height]: readonly [number, number]): Promise<Edge[]> {
  const alphas = FORMAT_FACTS[format].alpha
    ? [(): number => 255, (): number => 0, (x: number, y: number): number => 255 - (x + y) * 5]
    : [(): number => 255];
  const edges: Edge[] = [];
  for (const [i, alphaAt] of alphas.entries()) {
    const pixels = picture(width, height, (x, y) => [100 + x * 2, 90 + y * 2, 120, alphaAt(x, y)]);
    for (const aim of [{ quality: 95 }, 'lossless'] as const) {
      const bytes = await codecs[format].encode(pixels, formats[format].optionsFor(aim), loadWasm);
      const name = `${format} ${width} x ${height}, alpha ${i}, ${aim === 'lossless' ? aim : 'quality 95'}`;
      edges.push({ name, pixels, bytes });
    }
  }
  return edges;
}

/** Levels, by what is seen over black and over white. */
export function farthest(a: Pixels, b: Pixels): number {
  let most = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    for (const ground of [0, 255]) {
      const over = ({ data }: Pixels, c: number): number =>
        (data[i + c]! * data[i + 3]! + ground * (255 - data[i + 3]!)) / 255;
      for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(over(a, c) - over(b, c)));
    }
  }
  return most;
}
