/** The odd files of Go's and libjpeg-turbo's own tests. Fetched; left out with a reason where they are not there. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { compress, exactly, notesOf } from '../../conformance/compress.ts';
import { difference } from '../../conformance/difference.ts';
import { fetchedSet } from '../../conformance/fetched.ts';
import { seen } from '../../conformance/seen.ts';
import { cut } from '../../images/hand-built.ts';

const go = fetchedSet('go');
const turbo = fetchedSet('libjpeg-turbo');
/** Only the browser's decoder reads these; the e2e tests hand them to it. */
const BROWSER_ONLY = /cmyk\.jpeg$|testimgari\.jpg$|testorig12\.jpg$/;
const CUT = /truncated\.jpeg$/;

const sets = [
  { name: 'Go', set: go },
  { name: 'libjpeg-turbo', set: turbo },
];

describe.each(sets)('JPEG files of $name', ({ set }) => {
  const files = set.files.filter((file) => /\.jpe?g$/.test(file));

  it
    .skipIf(set.missing)
    .each(set.missing ? [set.missing] : files.filter((file) => !BROWSER_ONLY.test(file) && !CUT.test(file)))(
    '%s is read to the pixel',
    async (file) => {
      const bytes = set.read(file);
      const { bytes: png } = await compress(bytes, exactly('png'));
      // libjpeg-turbo and mozjpeg spread the chroma of 4:4:0 in two ways.
      const { mean, max } = difference(await seen(bytes), await seen(png));
      expect(mean).toBeLessThanOrEqual(/440/.test(file) ? 0.2 : 0);
      expect(max).toBeLessThanOrEqual(/440/.test(file) ? 2 : 0);
      const { bytes: same } = await compress(bytes);
      expect(same.length).toBeLessThanOrEqual(bytes.length);
    },
  );

  it.skipIf(set.missing).each(set.missing ? [set.missing] : files.filter((file) => BROWSER_ONLY.test(file)))(
    '%s is for the browser to read: a clear error without one',
    async (file) => {
      await expect(compress(set.read(file), exactly('png'))).rejects.toMatchObject({
        name: 'CompressionError',
        code: 'unsupported-format',
        parameters: { format: 'jpeg' },
      });
      // Its metadata can be cleaned all the same.
      expect((await compress(set.read(file), { aim: { kind: 'untouched' } })).bytes.length).toBeLessThanOrEqual(
        set.read(file).length,
      );
    },
  );
});

describe('other files of these sets', () => {
  it.skipIf(go.missing)(
    `a progressive JPEG of which only the first scans are there is read as libjpeg reads it${go.missing && `: ${go.missing}`}`,
    async () => {
      for (const file of go.files.filter((name) => CUT.test(name))) {
        const { bytes: png } = await compress(go.read(file), exactly('png'));
        expect(difference(await seen(go.read(file)), await seen(png)).max).toBeLessThanOrEqual(4);
      }
    },
  );

  it.skipIf(go.missing).each([0.3, 0.6, 0.9])(
    `one that is cut off at %f of its bytes is read as far as it goes, and that is said${go.missing && `: ${go.missing}`}`,
    async (share) => {
      for (const file of ['video-001.progressive.jpeg', 'video-001.jpeg']) {
        const { receipt } = await compress(cut(go.read(file), share), { format: 'webp' });
        expect(notesOf(receipt)).toContain('picture-incomplete');
      }
    },
  );

  it.skipIf(go.missing).each(go.missing ? [go.missing] : go.files.filter((file) => /\.gif$/.test(file)))(
    '%s',
    async (file) => {
      const bytes = go.read(file);
      const { bytes: png } = await compress(bytes, exactly('png', { animation: 'first-frame' }));
      expect(difference(await seen(bytes), await seen(png)).max).toBe(0);
    },
  );

  it.skipIf(go.missing).each(go.missing ? [go.missing] : go.files.filter((file) => /^invalid-.*\.png$/.test(file)))(
    '%s ends in a CompressionError or in a picture',
    async (file) => {
      for (const recipe of [{}, exactly('webp')]) {
        const found = await compress(go.read(file), recipe).catch((thrown: unknown) => thrown);
        if (found instanceof Error)
          expect(found).toMatchObject({
            name: 'CompressionError',
            code: expect.stringMatching(/^(corrupt|truncated)$/),
          });
      }
    },
  );

  it
    .skipIf(turbo.missing)
    .each(turbo.missing ? [turbo.missing] : turbo.files.filter((file) => /^vgl_.*\.bmp$/.test(file)))(
    '%s is read to the pixel',
    async (file) => {
      const bytes = turbo.read(file);
      const view = new DataView(bytes.buffer);
      const [at, width, height] = [view.getUint32(10, true), view.getInt32(18, true), view.getInt32(22, true)];
      expect([view.getUint16(28, true), view.getUint32(30, true), height > 0]).toEqual([24, 0, true]);
      const { bytes: png } = await compress(bytes, exactly('png'));
      const found = await sharp(png).toColourspace('srgb').removeAlpha().raw().toBuffer();
      const stride = Math.ceil((width * 3) / 4) * 4;
      const truth = Buffer.alloc(width * height * 3);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < 3; c++) {
            truth[(y * width + x) * 3 + c] = bytes[at + (height - 1 - y) * stride + x * 3 + 2 - c]!;
          }
      expect(found.equals(truth)).toBe(true);
    },
  );
});
