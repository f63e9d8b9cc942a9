import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPlanes } from '../../../lib/engine/plane-decoder.ts';

const FILE = new Uint8Array([1, 2, 3]);
/** What the browser's decoder would find in the file. */
let image = { format: 'I420' as string | null, codedWidth: 4, codedHeight: 2, visible: { width: 4, height: 2 } };
let complete = true;
let fails = false;
/** Its memory is gone when it is copied. */
let isLost = false;
let open = 0;

class FakeImageDecoder {
  constructor(how: object) {
    expect(how).toMatchObject({ type: 'image/jpeg', colorSpaceConversion: 'none', preferAnimation: false });
    open++;
  }

  async decode(): Promise<unknown> {
    if (fails) throw new DOMException('Failed to decode frame', 'EncodingError');
    open++;
    const { visible: visibleRect, ...rest } = image;
    const copyTo = async (target: Uint8Array): Promise<void> => {
      if (isLost) throw new DOMException('closed', 'InvalidStateError');
      target.fill(7);
    };
    return { complete, image: { ...rest, visibleRect, copyTo, close: () => open-- } };
  }

  close(): void {
    open--;
  }
}

beforeEach(() => {
  image = { format: 'I420', codedWidth: 4, codedHeight: 2, visible: { width: 4, height: 2 } };
  [complete, fails, isLost, open] = [true, false, false, 0];
  vi.stubGlobal('ImageDecoder', FakeImageDecoder);
});
afterEach(() => void vi.unstubAllGlobals());

describe('the planes of a picture', () => {
  it('are given as they are stored, until they are let go of', async () => {
    const planes = await openPlanes(FILE, 'jpeg');
    expect(planes).toMatchObject({ width: 4, height: 2, format: 'I420' });
    const target = new Uint8Array(12);
    expect(await planes?.copyTo(target)).toBe(true);
    expect(target).toEqual(new Uint8Array(12).fill(7));
    planes?.close();
    expect(open).toBe(0);
  });

  it('are none where the browser has no decoder, fails, or has not the whole', async () => {
    fails = true;
    expect(await openPlanes(FILE, 'jpeg')).toBeNull();
    [fails, complete] = [false, false];
    expect(await openPlanes(FILE, 'jpeg')).toBeNull();
    expect(open).toBe(0);
    vi.unstubAllGlobals();
    expect(await openPlanes(FILE, 'jpeg')).toBeNull();
  });

  it.each(['BGRX', 'I420A', 'I420P10', 'NV12', null])('are none in the format %s', async (format) => {
    image = { ...image, format };
    expect(await openPlanes(FILE, 'jpeg')).toBeNull();
    expect(open).toBe(0);
  });

  it('are none where they can’t be copied', async () => {
    isLost = true;
    const planes = await openPlanes(FILE, 'jpeg');
    expect(await planes?.copyTo(new Uint8Array(12))).toBe(false);
  });

  it('are none of a part', async () => {
    image = { ...image, visible: { width: 3, height: 2 } };
    expect(await openPlanes(FILE, 'jpeg')).toBeNull();
    expect(open).toBe(0);
  });
});
