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

describe('thumbnails', () => {
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
    these.forget(id);
    await these.of(id, 72, never);
    expect(loaded).toHaveLength(2);
  });
});
