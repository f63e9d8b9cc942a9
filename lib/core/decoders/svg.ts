/** Making an SVG's text smaller by svgo, so that it is drawn to the same pixels. svgo is loaded when it is needed. */
import type { Config } from 'svgo/browser';
import { CompressionError } from '../errors.ts';
import { svgText } from '../image/formats/svg-text.ts';
import { checkSvgBounds } from './svg-bounds.ts';
import { MAX_SVG_BYTES } from './svgz.ts';

/**
 * Only what no drawing can depend on: plugins that guess (hidden elements, off-canvas paths, merged paths and styles,
 * ids, sizes) stay out. Title and description stay for those who can't see the drawing, and so do ids, by which pages
 * point into it. Transforms stay as written: put together, they round differently in renderers. Comments, metadata and
 * what editors leave stay too: what of them goes, the metadata policy has taken out before (`withoutSvgMetadata`).
 *
 * @param digits after the point
 */
const configOf = (digits: number): Config => ({
  multipass: true,
  js2svg: { eol: 'lf', indent: 0, pretty: false },
  plugins: [
    'removeDoctype',
    'removeXMLProcInst',
    'cleanupAttrs',
    'removeEmptyAttrs',
    'removeUselessDefs',
    'cleanupEnableBackground',
    'removeNonInheritableGroupAttrs',
    'convertColors',
    'collapseGroups',
    'removeUnusedNS',
    { name: 'cleanupNumericValues', params: { floatPrecision: digits, convertToPx: false } },
    // svgo's types want an object where its code takes `false` as well.
    { name: 'convertPathData', params: { floatPrecision: digits, ...NO_GUESSES } as object },
    'sortAttrs',
    'sortDefsChildren',
  ],
});

const NO_GUESSES = {
  makeArcs: false,
  straightCurves: false,
  convertToQ: false,
  convertToZ: false,
  removeUseless: false,
  collapseRepeated: false,
};

/**
 * Six digits are nothing in a drawing of a hundred units, even enlarged twentyfold. Smaller view boxes and transforms
 * that enlarge make each unit larger, and transforms are within each other: their largest factor counts twice.
 */
function digitsFor(text: string): number {
  let smallest = 100;
  for (const [, box = ''] of text.matchAll(/viewBox\s*=\s*["']([^"']{1,200})["']/g)) {
    for (const side of box
      .trim()
      .split(/[\s,]+/)
      .slice(2)
      .map(Number))
      if (side > 0) smallest = Math.min(smallest, side);
  }
  let factor = 1;
  for (const [, numbers = ''] of text.matchAll(/(?:matrix|scale)\s*\(([^)]{1,200})\)/g)) {
    for (const number of numbers
      .trim()
      .split(/[\s,]+/)
      .slice(0, 4)
      .map(Number))
      if (Number.isFinite(number)) factor = Math.max(factor, Math.abs(number));
  }
  return Math.min(12, 6 + Math.ceil(Math.log10(100 / smallest)) + 2 * Math.ceil(Math.log10(factor)));
}

/**
 * UTF-8 text of an SVG that shows the same; not always smaller.
 *
 * @param bytes an SVG, expanded, in UTF-8, UTF-16 or the encoding that its XML declaration tells
 * @throws CompressionError `corrupt` when it is no well-formed XML, `file-too-large`, `too-complex`
 */
export async function minifySvg(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes.length > MAX_SVG_BYTES)
    throw new CompressionError('file-too-large', {
      megabytes: Math.ceil(bytes.length / 1e6),
      limit: MAX_SVG_BYTES / 1e6,
    });
  checkSvgBounds(bytes);
  const text = svgText(bytes);
  // svgo takes the spaces out of HTML, between a word and a bold one.
  if (/<(?:[\w.-]+:)?foreignObject[\s>]/.test(text)) return new Uint8Array(bytes);
  const { optimize } = await import('svgo/browser');
  try {
    const { data } = optimize(text, configOf(digitsFor(text)));
    // Its parser forgives what a drawing program does not.
    if (!/<(?:[\w.-]+:)?svg[\s/>]/.test(data)) throw new CompressionError('corrupt');
    return new TextEncoder().encode(data);
  } catch (thrown) {
    throw CompressionError.from(thrown, 'corrupt');
  }
}
