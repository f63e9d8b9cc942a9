/** AVIF files with properties missing or odd: ISO/IEC 23008-12, 6.5, and 23000-22 (MIAF), 7.3.6. */
import sharp from 'sharp';
import { bytesOf, u32be } from '../hand-built.ts';
import { picture, type OddFile } from './odd-file.ts';

const SIZE = { width: 48, height: 32 };
const COLOURS = picture(SIZE.width, SIZE.height, (x, y) => [x * 5, y * 7, (x * 3 + y * 5) % 256, x < 24 ? 255 : y * 8]);

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

function boxesOf(bytes: Uint8Array, from: number, to: number): Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    const end = at + view.getUint32(at);
    boxes.push({
      type: Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1'),
      start: at,
      end,
      bytes: bytes.subarray(at, end),
    });
    at = end;
  }
  return boxes;
}

const box = (type: string, ...data: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const body = bytesOf(...data);
  return bytesOf(u32be(body.length + 8), type, body);
};
const rational = (over: number, under: number): number[] => [...u32be(over), ...u32be(under)];

/** Width, height and the centre's offset. */
const clap = (width: number, height: number, x: number, y: number, under = 1): Uint8Array =>
  box(
    'clap',
    rational(width * under, under),
    rational(height * under, under),
    rational(x * under, under),
    rational(y * under, under),
  );

interface Change {
  /** Of these types no association is left. */
  readonly without?: readonly string[];
  /** Properties of the first item. */
  readonly more?: readonly Uint8Array[];
  readonly essential?: boolean;
}

/** The old `meta` becomes `free`, so that no offset moves; the new one stands behind the data. */
function changed(avif: Uint8Array, { without = [], more = [], essential = true }: Change): Uint8Array {
  const copy = avif.slice();
  const meta = boxesOf(copy, 0, copy.length).find(({ type }) => type === 'meta')!;
  const children = boxesOf(avif, meta.start + 12, meta.end);
  const iprp = children.find(({ type }) => type === 'iprp')!;
  const [ipco, ipma] = boxesOf(avif, iprp.start + 8, iprp.end) as [Box, Box];
  const properties = boxesOf(avif, ipco.start + 8, ipco.end);
  const entries: number[] = [];
  const view = new DataView(avif.buffer, avif.byteOffset);
  const count = view.getUint32(ipma.start + 12);
  let at = ipma.start + 16;
  for (let i = 0; i < count; i++) {
    entries.push(avif[at]!, avif[at + 1]!);
    const own = [...avif.subarray(at + 3, at + 3 + avif[at + 2]!)].filter(
      (value) => !without.includes(properties[(value & 0x7f) - 1]!.type),
    );
    if (i === 0) own.push(...more.map((_, n) => (properties.length + 1 + n) | (essential ? 0x80 : 0)));
    entries.push(own.length, ...own);
    at += 3 + avif[at + 2]!;
  }
  const newIprp = box(
    'iprp',
    box('ipco', ...properties.map((property) => property.bytes), ...more),
    box('ipma', u32be(0), u32be(count), entries),
  );
  copy.set(bytesOf('free'), meta.start + 4);
  return bytesOf(copy, box('meta', u32be(0), ...children.map((child) => (child === iprp ? newIprp : child.bytes))));
}

export async function oddAvifs(): Promise<OddFile[]> {
  const image = sharp(COLOURS.data, { raw: { ...SIZE, channels: 4 } });
  const opaque = new Uint8Array(
    await image.clone().removeAlpha().avif({ quality: 90, chromaSubsampling: '4:4:4', bitdepth: 8 }).toBuffer(),
  );
  const alpha = new Uint8Array(
    await image.clone().avif({ quality: 90, chromaSubsampling: '4:4:4', bitdepth: 8 }).toBuffer(),
  );
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['sound', opaque],
    ['with alpha', alpha],
    ['meta behind the data', changed(opaque, {})],
    ['no pixi', changed(opaque, { without: ['pixi'] })],
    ['no pixi, with alpha', changed(alpha, { without: ['pixi'] })],
    ['no colr', changed(opaque, { without: ['colr'] })],
    ['no ispe', changed(opaque, { without: ['ispe'] })],
    ['no ispe of either, with alpha', changed(alpha, { without: ['ispe'] })],
    ['no av1C', changed(opaque, { without: ['av1C'] })],
    [
      'pixi of 10 bits',
      changed(opaque, { without: ['pixi'], more: [box('pixi', u32be(0), [3, 10, 10, 10])], essential: false }),
    ],
    [
      'pixi of one channel',
      changed(opaque, { without: ['pixi'], more: [box('pixi', u32be(0), [1, 8])], essential: false }),
    ],
    ['clap of the whole', changed(opaque, { more: [clap(48, 32, 0, 0)] })],
    ['clap from the corner', changed(opaque, { more: [clap(24, 16, -12, -8)] })],
    ['clap in the middle', changed(opaque, { more: [clap(24, 16, 0, 0)] })],
    ['clap past the edge', changed(opaque, { more: [clap(96, 16, 0, 0)] })],
    ['clap of 0', changed(opaque, { more: [clap(0, 0, 0, 0)] })],
    ['clap over 0', changed(opaque, { more: [clap(24, 16, 0, 0, 0)] })],
    ['clap in halves', changed(opaque, { more: [clap(25, 16, 0.5, 0, 2)] })],
    ['irot', changed(opaque, { more: [box('irot', [1])] })],
    ['imir', changed(opaque, { more: [box('imir', [1])] })],
    ['imir before irot', changed(opaque, { more: [box('imir', [1]), box('irot', [1])] })],
    ['irot before imir', changed(opaque, { more: [box('irot', [1]), box('imir', [1])] })],
    ['irot with high bits', changed(opaque, { more: [box('irot', [0xf1])] })],
    ['irot that is not essential', changed(opaque, { more: [box('irot', [1])], essential: false })],
    ['an unknown property', changed(opaque, { more: [box('abcd', [1, 2, 3])], essential: false })],
    ['an unknown property that is essential', changed(opaque, { more: [box('abcd', [1, 2, 3])] })],
    ['pasp of 2 to 1', changed(opaque, { more: [box('pasp', u32be(2), u32be(1))], essential: false })],
    ['junk behind', bytesOf(opaque, 'some trailing bytes!')],
    ['zeros behind', bytesOf(opaque, new Uint8Array(40))],
    ['three bytes behind', bytesOf(opaque, [1, 2, 3])],
    ['a box behind that is cut', bytesOf(opaque, u32be(5000), 'free', [1, 2, 3])],
    ['another AVIF behind', bytesOf(opaque, opaque)],
    ['cut at 90 %', opaque.subarray(0, Math.floor(opaque.length * 0.9))],
    ['cut in meta', opaque.subarray(0, 100)],
    ['an unknown brand first', bytesOf(opaque.subarray(0, 8), 'mif1', opaque.subarray(12))],
    ['a handler that is no picture', withHandler(opaque, 'abcd')],
  ];
  return files.map(([name, bytes]) => ({ name, bytes, right: 'shown' as const }));
}

function withHandler(avif: Uint8Array, handler: string): Uint8Array {
  const copy = avif.slice();
  const at = Buffer.from(avif).indexOf('pict');
  copy.set(bytesOf(handler), at);
  return copy;
}
