/** JPEG files with a fault in one place each: ITU-T T.81, annex B. */
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { bytesOf } from '../hand-built.ts';
import { picture, type OddFile } from './odd-file.ts';

const SIZE = { width: 96, height: 80 };
const COLOURS = picture(SIZE.width, SIZE.height, (x, y) => [
  (x * 2 + (x * y) / 30) & 255,
  (y * 3) & 255,
  (128 + 90 * Math.sin(x / 5) * Math.cos(y / 7)) & 255,
  255,
]);

/** From the marker on, of the first segment with it. */
function segmentAt(jpeg: Uint8Array, marker: number): { start: number; end: number } {
  for (let at = 2; at < jpeg.length;) {
    const end = at + 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
    if (jpeg[at + 1] === marker) return { start: at, end };
    at = end;
  }
  throw new Error(`no marker ${marker}`);
}

const inserted = (bytes: Uint8Array, at: number, more: readonly number[]): Uint8Array =>
  bytesOf(bytes.subarray(0, at), more, bytes.subarray(at));
const edited = (bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};
const cutAt = (bytes: Uint8Array, share: number): Uint8Array => bytes.subarray(0, Math.floor(bytes.length * share));

export async function oddJpegs(): Promise<OddFile[]> {
  const image = (): Sharp => sharp(COLOURS.data, { raw: { ...SIZE, channels: 4 } }).removeAlpha();
  const make = async (options: JpegOptions): Promise<Uint8Array> =>
    new Uint8Array(
      await image()
        .jpeg({ quality: 90, ...options })
        .toBuffer(),
    );
  const sequential = await make({});
  const full = await make({ chromaSubsampling: '4:4:4' });
  const progressive = await make({ progressive: true });
  const grey = new Uint8Array(await image().greyscale().jpeg({ quality: 90 }).toBuffer());
  const scan = segmentAt(sequential, 0xda);
  const frame = segmentAt(sequential, 0xc0);
  const huffman = segmentAt(sequential, 0xc4);
  const tables = segmentAt(sequential, 0xdb);
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['sound', sequential],
    ['progressive', progressive],
    ['no EOI', sequential.subarray(0, -2)],
    ['half an EOI', sequential.subarray(0, -1)],
    ['progressive without EOI', progressive.subarray(0, -2)],
    ['cut at 99 %', cutAt(sequential, 0.99)],
    ['cut at 90 %', cutAt(sequential, 0.9)],
    ['cut at half', cutAt(sequential, 0.5)],
    ['full colour cut at 90 %', cutAt(full, 0.9)],
    ['grey cut at 90 %', cutAt(grey, 0.9)],
    ['progressive cut at 95 %', cutAt(progressive, 0.95)],
    ['progressive cut at 60 %', cutAt(progressive, 0.6)],
    ['progressive cut at 30 %', cutAt(progressive, 0.3)],
    ['cut in the first row of blocks', sequential.subarray(0, scan.end + 30)],
    ['cut behind the scan header', sequential.subarray(0, scan.end)],
    ['cut before the scan', sequential.subarray(0, scan.start)],
    ['EOI in the middle of the data', bytesOf(cutAt(sequential, 0.8), [0xff, 0xd9])],
    ['bytes behind EOI', bytesOf(sequential, [1, 2, 3, 0xff, 4])],
    ['zeros behind EOI', bytesOf(sequential, new Uint8Array(1000))],
    ['two EOIs', bytesOf(sequential, [0xff, 0xd9])],
    ['fill bytes before a marker', inserted(sequential, frame.start, [0xff, 0xff, 0xff])],
    ['fill bytes before EOI', inserted(sequential, sequential.length - 2, [0xff, 0xff])],
    ['junk between segments', inserted(sequential, frame.start, [1, 2, 3, 4])],
    ['a zero between segments', inserted(sequential, huffman.start, [0])],
    ['junk before EOI', inserted(sequential, sequential.length - 2, [1, 2, 3])],
    ['a restart marker in data without intervals', inserted(sequential, scan.end + 200, [0xff, 0xd0])],
    ['an unknown marker in the data', inserted(sequential, scan.end + 200, [0xff, 0x05])],
    ['a byte of the data changed', edited(sequential, scan.end + 400, [sequential[scan.end + 400]! ^ 0x55])],
    ['40 bytes of the data zero', edited(sequential, scan.end + 400, new Array<number>(40).fill(0))],
    ['component ids of 0, 1, 2', edited(edited(sequential, frame.start + 10, [0]), frame.start + 10, [0])],
    ['ids that the scan does not know', edited(sequential, scan.start + 5, [77])],
    ['ids R, G, B', rgbIds(full)],
    ['two components alike', edited(sequential, frame.start + 13, [1])],
    ['a DHT too long', edited(sequential, huffman.start + 4 + 1 + 15, [200])],
    ['no DHT', bytesOf(sequential.subarray(0, huffman.start), afterAll(sequential, 0xc4))],
    ['no DQT', bytesOf(sequential.subarray(0, tables.start), afterAll(sequential, 0xdb))],
    ['a DQT of 0', edited(sequential, tables.start + 5, [0])],
    ['a sampling of 0', edited(sequential, frame.start + 11, [0])],
    ['a sampling of 3 x 1', edited(full, segmentAt(full, 0xc0).start + 11, [0x31])],
    ['a height of 0', edited(sequential, frame.start + 5, [0, 0])],
    ['a height that is too large', edited(sequential, frame.start + 5, [0, 100])],
    ['a height that is too small', edited(sequential, frame.start + 5, [0, 40])],
    ['a depth of 9', edited(sequential, frame.start + 4, [9])],
    ['two frames', inserted(sequential, scan.start, [...sequential.subarray(frame.start, frame.end)])],
    ['two SOIs', bytesOf([0xff, 0xd8], sequential)],
    ['a segment length of 0', inserted(sequential, frame.start, [0xff, 0xe5, 0, 0])],
    ['a segment past the end', inserted(sequential, frame.start, [0xff, 0xe5, 0xff, 0xff])],
    ['APP0 cut short', inserted(sequential, 2, [0xff, 0xe0, 0, 4, 0x4a, 0x46])],
    ['another picture behind', bytesOf(sequential, sequential)],
    ['a reserved marker', inserted(sequential, frame.start, [0xff, 0xf0, 0, 4, 1, 2])],
    ['spectral selection of 5 to 7', edited(sequential, scan.end - 3, [5, 7])],
  ];
  return files.map(([name, bytes]) => ({ name, bytes, right: name === 'a reserved marker' ? 'refused' : 'shown' }));
}

/** What comes behind the first run of segments with the marker. */
function afterAll(jpeg: Uint8Array, marker: number): Uint8Array {
  let { end } = segmentAt(jpeg, marker);
  while (jpeg[end + 1] === marker) end += 2 + ((jpeg[end + 2]! << 8) | jpeg[end + 3]!);
  return jpeg.subarray(end);
}

/** Which decoders take for colours that are RGB already. */
function rgbIds(jpeg: Uint8Array): Uint8Array {
  const [frame, scan] = [segmentAt(jpeg, 0xc0), segmentAt(jpeg, 0xda)];
  let result = jpeg;
  for (const [i, id] of [0x52, 0x47, 0x42].entries()) {
    result = edited(result, frame.start + 10 + i * 3, [id]);
    result = edited(result, scan.start + 5 + i * 2, [id]);
  }
  return result;
}
