import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deflateSync } from 'node:zlib';
import { downloadedFiles, until, waitForToast, type Reply } from '../driver/index.ts';
import { rowsOf } from '../rows.ts';
import { image, openStage, photographAs, vaultRecords, type Stage } from './stage.ts';

let stage: Stage;
let photo: Buffer;

beforeAll(async () => {
  stage = await openStage();
  photo = await photographAs('jpeg', { quality: 92 });
});
afterAll(() => stage.close());

/** A PNG that is whole as a file and claims any size. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** PNG 3rd edition, annex D. */
function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('an image that is none', () => {
  const cases: [what: string, reply: () => Reply, code: string, sentence: RegExp][] = [
    ['a text file', () => image(Buffer.from('Just some words.'), 'image/jpeg'), 'not-an-image', /not an image/],
    [
      "an HTML error page with an image's name",
      () => image(Buffer.from('<!DOCTYPE html><html><title>Sorry</title><p>Gone'), 'image/jpeg'),
      'html-instead',
      /web page/,
    ],
    ['0 bytes', () => image(Buffer.alloc(0), 'image/jpeg'), 'empty-file', /is empty/],
    ['a JPEG cut in its header', () => image(photo.subarray(0, 200), 'image/jpeg'), 'truncated', /ends too early/],
    [
      'random bytes',
      () => image(Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919 + 13) % 251)), 'image/png'),
      'not-an-image',
      /not an image/,
    ],
    [
      'a JPEG whose middle is overwritten',
      () => image(Buffer.concat([photo.subarray(0, 160), Buffer.alloc(700, 0xff), photo.subarray(860)]), 'image/jpeg'),
      'corrupt',
      /damaged/,
    ],
    ['a 404', () => ({ status: 404, body: 'no', contentType: 'text/plain' }), 'http-status', /404/],
    [
      'a connection that breaks',
      () => ({ ...image(photo, 'image/jpeg'), breakAfter: 2000 }),
      'connection-lost',
      /ended the connection before/,
    ],
    [
      'a PNG that claims 60000 x 60000',
      () => image(pngOf(60_000, 60_000), 'image/png'),
      'too-many-pixels',
      /100 megapixels/,
    ],
    [
      'a PNG whose data are too short for its size',
      () => image(pngOf(500, 500), 'image/png'),
      'truncated',
      /ends too early/,
    ],
    [
      'a file declared larger than the limit',
      () => ({ ...image(photo, 'image/jpeg'), headers: { 'content-length': '300000000' }, hang: 'after-headers' }),
      'file-too-large',
      /300 MB, and the limit is 200 MB/,
    ],
  ];

  // What each code comes from is tried in unit tests; here, one of each way: no image, a broken one, none at all, refused by size.
  const eachTime = ['html-instead', 'corrupt', 'connection-lost', 'file-too-large'];
  it.each(rowsOf(cases, ([, , code]) => eachTime.includes(code)))(
    '%s ends in its own error, and nothing is saved',
    async (what, reply, code, sentence) => {
      const before = (await downloadedFiles(stage.browser)).length;
      const path = `bad/${what.replaceAll(/\W+/g, '-')}.jpg`;
      const shown = await stage.show(stage.site.answer(path, reply()));
      const job = await stage.compress(shown);
      expect(job).toMatchObject({ state: 'failed', error: { code } });
      expect(await waitForToast(shown.page(), sentence, { of: job })).toMatchObject({
        tone: 'error',
        title: expect.stringMatching(/\.jpg$/),
      });
      expect(await downloadedFiles(stage.browser)).toHaveLength(before);
    },
  );

  it('leaves the engine well: the next job works, and the vault holds nothing of the failed ones', async () => {
    const shown = await stage.show(stage.site.answer('good.jpg', image(photo, 'image/jpeg')));
    const of = await stage.compress(shown, 'Save as WebP');
    expect(of).toMatchObject({ state: 'saved' });
    await until('the vault to be empty', async () => (await vaultRecords(stage.browser)) === 0);
    expect(await waitForToast(shown.page(), null, { of })).toMatchObject({ tone: 'done', title: 'good.webp' });
  });
});

describe('what the name or the type says', () => {
  const names = [
    ['a PNG named .jpg and sent as text', 'wrong.jpg', 'png', 'text/plain', 'png'],
    ['a WebP without an extension', 'plain', 'webp', 'application/octet-stream', 'webp'],
    ['a GIF named .png', 'wrong.png', 'gif', 'image/png', 'gif'],
  ] as const;
  // A GIF named .png is of the kind of a PNG named .jpg.
  it.each(rowsOf(names, ([, , format]) => format !== 'gif'))('does not count: %s', async (...row) => {
    const [, path, format, type, found] = row;
    const shown = await stage.show(stage.site.answer(path, image(await photographAs(format, {}, 120, 90), type)));
    expect(await stage.compress(shown, 'Save as JPEG')).toMatchObject({
      state: 'saved',
      receipt: { input: { format: found } },
      fileName: expect.stringMatching(/\.jpg$/),
    });
  });
});
