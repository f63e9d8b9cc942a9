import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Movie } from '../../../lib/core/animation/movie.ts';
import { canDecodeFrames, openInBrowser } from '../../../lib/engine/frame-decoder.ts';
import { watched } from '../core/animation/pictures.ts';

const FILE = new Uint8Array([1, 2, 3]);
/** What the browser's decoder would find in the file. */
let movie = { frameCount: 3, repetitionCount: 4, selected: true, fails: -1 };
let open = 0;

/** A decoder of frames of 2 x 1 px, each of its number's colour. */
class FakeImageDecoder {
  static isTypeSupported = async (type: string): Promise<boolean> => type === 'image/avif';
  readonly completed = Promise.resolve();
  #tracks = false;
  readonly tracks = {
    ready: Promise.resolve().then(() => void (this.#tracks = true)),
    get selectedTrack() {
      return null;
    },
  };

  constructor({ type }: { type: string }) {
    expect(type).toBe('image/avif');
    open++;
    // As in Chromium, the tracks are not there before they are ready.
    Object.defineProperty(this.tracks, 'selectedTrack', { get: () => (this.#tracks && movie.selected ? movie : null) });
  }

  async decode({ frameIndex }: { frameIndex: number }): Promise<unknown> {
    if (frameIndex === movie.fails) throw new DOMException('Failed to decode frame', 'EncodingError');
    open++;
    return {
      image: {
        displayWidth: 2,
        displayHeight: 1,
        duration: frameIndex === 0 ? null : frameIndex * 40_000,
        frameIndex,
        close: () => open--,
      },
    };
  }

  close(): void {
    open--;
  }
}

class FakeCanvas {
  #data = new Uint8ClampedArray(8);

  getContext(): unknown {
    return {
      clearRect: () => this.#data.fill(0),
      drawImage: ({ frameIndex }: { frameIndex: number }) => this.#data.fill(frameIndex + 1),
      getImageData: () => ({ data: this.#data.slice() }),
    };
  }
}

beforeEach(() => {
  movie = { frameCount: 3, repetitionCount: 4, selected: true, fails: -1 };
  open = 0;
  vi.stubGlobal('ImageDecoder', FakeImageDecoder);
  vi.stubGlobal('OffscreenCanvas', FakeCanvas);
});
afterEach(() => void vi.unstubAllGlobals());

async function openAvif(): Promise<Movie> {
  const opened = await openInBrowser(FILE, 'avif');
  if (!opened) throw new Error('the browser reads AVIF');
  return opened;
}

describe("the browser's decoder", () => {
  it("is used for what it can read, of the formats that we can't", async () => {
    expect(await Promise.all((['avif', 'jxl', 'gif', 'webp'] as const).map(canDecodeFrames))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    vi.unstubAllGlobals();
    expect(await canDecodeFrames('avif')).toBe(false);
    expect(await openInBrowser(FILE, 'avif')).toBeNull();
  });

  it('gives frames with their times, how often they play, and lets go of everything', async () => {
    const opened = await openAvif();
    expect(opened).toMatchObject({ width: 2, height: 1, frameCount: 3, loops: 5 });
    const { frames, durations } = await watched(opened);
    expect(frames.map(([first]) => first)).toEqual([1, 2, 3]);
    expect(durations).toEqual([100, 40, 80]);
    expect(open).toBe(0);
    movie.repetitionCount = Infinity;
    expect((await openAvif()).loops).toBe(0);
  });

  it('lets go when no more frames are wanted', async () => {
    for await (const frame of (await openAvif()).frames()) {
      expect(frame.data[0]).toBe(1);
      break;
    }
    expect(open).toBe(0);
  });

  it('says that a file is corrupt when it fails, at once or later', async () => {
    movie.fails = 2;
    await expect(watched(await openAvif())).rejects.toThrow('corrupt');
    movie.fails = 0;
    await expect(openInBrowser(FILE, 'avif')).rejects.toThrow('corrupt');
    movie = { ...movie, fails: -1, selected: false };
    await expect(openInBrowser(FILE, 'avif')).rejects.toThrow('corrupt');
    movie = { ...movie, selected: true, frameCount: 20_000 };
    await expect(openInBrowser(FILE, 'avif')).rejects.toThrow('20000 x 2 x 1 px');
    expect(open).toBe(0);
  });
});
