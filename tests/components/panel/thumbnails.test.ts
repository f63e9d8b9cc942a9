import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createThumbnails, sideOnScreen } from '../../../components/panel/thumbnails.ts';
import { newJobId, type JobId } from '../../../lib/core/model/job.ts';

const bitmap = (width: number, height: number): ImageBitmap =>
  ({ width, height, close: () => undefined }) as ImageBitmap;
const never = new AbortController().signal;
/** Ids of images whose bytes were asked for. */
let loaded: JobId[] = [];
const thumbnails = (): ReturnType<typeof createThumbnails> =>
  createThumbnails(async function* (id) {
    loaded.push(id);
    yield new Blob(['x']);
  });

beforeEach(() => {
  loaded = [];
  // 1000 by 600 px, whatever it is.
  vi.stubGlobal('createImageBitmap', async (...given: unknown[]) =>
    given.length === 1
      ? bitmap(1000, 600)
      : bitmap((given[5] as ImageBitmapOptions).resizeWidth ?? 0, (given[5] as ImageBitmapOptions).resizeHeight ?? 0),
  );
});
afterEach(() => vi.unstubAllGlobals());

/** Decodes what says that it is a JPEG and is one: its content begins so, and says whether it is a strip. */
class SmallDecoder {
  static asked: ImageDecoderInit[] = [];
  static open = 0;
  constructor(readonly given: ImageDecoderInit) {
    SmallDecoder.asked.push(given);
    SmallDecoder.open++;
  }
  async decode(): Promise<{ image: { strip: boolean; close(): void } }> {
    const content = await new Response(this.given.data as ReadableStream).text();
    if (!content.startsWith('jpeg')) throw new Error('EncodingError');
    SmallDecoder.open++;
    return { image: { strip: content.endsWith('strip'), close: () => void SmallDecoder.open-- } };
  }
  close(): void {
    SmallDecoder.open--;
  }
}

describe('thumbnails', () => {
  it('ask for no more of a JPEG than is shown, and of all else, whatever it says that it is, for the whole', async () => {
    vi.stubGlobal('ImageDecoder', SmallDecoder);
    SmallDecoder.asked = [];
    const decoded: unknown[] = [];
    const { createImageBitmap } = globalThis;
    vi.stubGlobal('createImageBitmap', (...given: [ImageBitmap]) => {
      if (given.length === 1) decoded.push(given[0]);
      return 'strip' in given[0] && given[0].strip ? bitmap(50, 450) : createImageBitmap(...given);
    });
    const blobs = [
      new Blob(['jpeg'], { type: 'image/jpeg' }),
      new Blob(['png'], { type: 'image/jpeg' }),
      new Blob(['png'], { type: 'image/png' }),
      new Blob(['jpeg strip'], { type: 'image/jpeg' }),
    ];
    for (const blob of blobs) {
      const these = createThumbnails(async function* () {
        yield blob;
      });
      expect(await these.of(newJobId(), 72, never)).toMatchObject({ width: 72, height: 72 });
    }
    expect(SmallDecoder.asked.map(({ desiredWidth, desiredHeight }) => [desiredWidth, desiredHeight])).toEqual([
      [72, 72],
      [72, 72],
      [72, 72],
    ]);
    const small = (strip: boolean): unknown => expect.objectContaining({ strip });
    expect(decoded).toEqual([small(false), blobs[1], blobs[2], small(true), blobs[3]]);
    expect(SmallDecoder.open).toBe(0);
  });

  it('are made of the whole where the browser does not even begin to decode it small', async () => {
    vi.stubGlobal('ImageDecoder', function refuse() {
      throw new TypeError('not supported');
    });
    const these = createThumbnails(async function* () {
      yield new Blob(['jpeg'], { type: 'image/jpeg' });
    });
    expect(await these.of(newJobId(), 72, never)).toMatchObject({ width: 72, height: 72 });
  });

  it('have the pixels of the screen, up to twice those of a tile', () => {
    expect([sideOnScreen(72, 1), sideOnScreen(72, 1.25), sideOnScreen(144, 2), sideOnScreen(144, 3)]).toEqual([
      72, 90, 288, 288,
    ]);
  });

  it('are made once for a size, and anew for another', async () => {
    const [these, id] = [thumbnails(), newJobId()];
    expect(await these.of(id, 72, never)).toMatchObject({ width: 72, height: 72 });
    await these.of(id, 72, never);
    expect(loaded).toHaveLength(1);
    expect(await these.of(id, 288, never)).toMatchObject({ width: 288 });
    expect(loaded).toHaveLength(2);
  });

  it('are kept for 300 rows, but not for as many tiles of a fine screen: those asked for last are', async () => {
    const [these, ids] = [thumbnails(), Array.from({ length: 300 }, newJobId)];
    const all = (side: number): Promise<unknown> => Promise.all(ids.map((id) => these.of(id, side, never)));
    await all(144);
    await all(144);
    expect(loaded).toHaveLength(300);
    await all(288);
    loaded = [];
    for (const id of ids.slice(-140)) await these.of(id, 288, never);
    expect(loaded).toHaveLength(0);
    await these.of(ids[0]!, 288, never);
    expect(loaded).toEqual([ids[0]]);
  });

  it('are let go of, and asked for again by whoever scrolled past before', async () => {
    const [these, id] = [thumbnails(), newJobId()];
    const stop = new AbortController();
    stop.abort();
    expect(await these.of(id, 72, stop.signal)).toBeNull();
    expect(await these.of(id, 72, never)).not.toBeNull();
    these.clear();
    await these.of(id, 72, never);
    expect(loaded).toHaveLength(2);
  });

  it('are made for whoever still wants one, also when whoever asked first does not any more', async () => {
    const [these, id] = [thumbnails(), newJobId()];
    // Two are at work: the third has to wait, and its row goes and comes again.
    const before = [newJobId(), newJobId()].map((each) => these.of(each, 72, never));
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [these.of(id, 72, first.signal)];
    asked.push(these.of(id, 72, second.signal));
    first.abort();
    await Promise.all(before);
    expect(await asked[1]).toMatchObject({ width: 72 });
    // Nobody wants this one.
    const again = [newJobId(), newJobId()].map((each) => these.of(each, 72, never));
    const [third, other] = [new AbortController(), newJobId()];
    const given = these.of(other, 72, third.signal);
    third.abort();
    await Promise.all([...again, given]);
    expect(loaded).not.toContain(other);
  });

  it('are asked for again where the browser could show nothing yet', async () => {
    let shows = false;
    const { createImageBitmap } = globalThis;
    vi.stubGlobal('createImageBitmap', (...given: [ImageBitmap]) =>
      shows ? createImageBitmap(...given) : Promise.reject(new DOMException('', 'InvalidStateError')),
    );
    const [these, id] = [thumbnails(), newJobId()];
    expect(await these.of(id, 72, never)).toBeNull();
    shows = true;
    expect(await these.of(id, 72, never)).toMatchObject({ width: 72 });
    expect(loaded).toEqual([id, id]);
  });
});
