/** The formats that are written, by name. A page may import this: no glue is loaded before a codec is called. */
import type { OutputFormat } from '../image/inspection.ts';
import { avif } from './avif.ts';
import type { Codec, FormatFacts } from './codec.ts';
import { jpeg } from './jpeg.ts';
import { jxl } from './jxl.ts';
import { png } from './png.ts';
import { webp } from './webp.ts';

export const codecs = { jpeg, png, webp, avif, jxl } as const satisfies Record<OutputFormat, Codec>;

export function factsOf(format: OutputFormat): FormatFacts {
  return codecs[format].facts;
}
