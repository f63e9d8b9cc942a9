/**
 * The four components of a JPEG of inks, which the WASM decoder refuses: each is written as a grey JPEG of the same
 * coefficients, which it reads.
 */
import type { LoadWasm } from '../codecs/codec.ts';
import { jpegCodec } from '../codecs/jpeg.ts';
import { chooseSequential } from '../jpeg/choose-scans.ts';
import { NEVER_CODED } from '../image/formats/jpeg-precision.ts';
import { costOf, type CostedScan } from '../jpeg/scan-cost.ts';
import { startScanCoder, type ScanCoder } from '../jpeg/scan-coder.ts';
import { readJpegPicture, type JpegPicture } from '../jpeg/read-jpeg.ts';
import { writeJpeg } from '../jpeg/write-jpeg.ts';
import { CompressionError } from '../errors.ts';

/**
 * @returns the components as they are coded, four bytes a pixel, row-major; no transform of colours is undone
 * @throws CompressionError `truncated`, `corrupt`, `unsupported-variant` also for components of different sizes
 */
export async function readInks(bytes: Uint8Array, load: LoadWasm): Promise<Uint8Array> {
  const coder = await startScanCoder(load);
  const picture = readJpegPicture(bytes, coder);
  const { width, height, components } = picture.frame;
  const [first] = components;
  if (components.length !== 4 || !first) throw new CompressionError('corrupt');
  if (components.some(({ horizontal, vertical }) => horizontal !== first.horizontal || vertical !== first.vertical)) {
    throw new CompressionError('unsupported-variant', { format: 'JPEG', feature: 'inks of different sizes' });
  }
  const inks = new Uint8Array(width * height * 4);
  for (let i = 0; i < 4; i++) {
    const { data } = await jpegCodec.decode(greyJpeg(picture, i, coder), load);
    if (data.length !== inks.length) throw new CompressionError('corrupt');
    for (let at = 0; at < inks.length; at += 4) inks[at + i] = data[at]!;
  }
  return inks;
}

function greyJpeg(picture: JpegPicture, index: number, coder: ScanCoder): Uint8Array<ArrayBuffer> {
  const component = picture.frame.components[index]!;
  const frame = {
    ...picture.frame,
    components: [{ ...component, horizontal: 1, vertical: 1 }],
    mcusWide: component.blocksWide,
    mcusHigh: component.blocksHigh,
  };
  coder.take(frame, [picture.coefficients[index]!]);
  const lowest = picture.lacking?.lowest[index];
  return writeJpeg(
    { ...picture, frame, metadata: [], trailer: new Uint8Array() },
    lowest ? scansThatCame(coder, lowest) : chooseSequential(frame, coder),
    lowest !== undefined,
    coder,
  );
}

/** One scan for each run of coefficients that are known to the same bit, so that the decoder smooths what it would have. */
function scansThatCame(coder: ScanCoder, lowest: Int8Array): CostedScan[] {
  const scans: CostedScan[] = [];
  for (let start = 0; start < 64;) {
    // DC has a scan of its own (T.81, G.1.1.1.1), and must have one.
    const low = start === 0 ? Math.max(0, lowest[0]!) : lowest[start]!;
    let next = start + 1;
    while (start > 0 && lowest[next] === low) next++;
    const scan = { components: [0], spectralStart: start, spectralEnd: next - 1, high: 0, low };
    if (low !== NEVER_CODED) scans.push(costOf(coder, scan, true));
    start = next;
  }
  return scans;
}
