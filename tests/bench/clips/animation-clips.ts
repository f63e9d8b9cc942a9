/** Animations to measure with, made here: what GIFs are used for, from drawings and, when given, photographs. */
import sharp from 'sharp';

export interface Clip {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** RGBA8. */
  readonly frames: readonly Uint8Array[];
  readonly delayMs: number;
}

const FRAMES = 10;
const SIZE = { width: 320, height: 200 };

export async function drawnClips(): Promise<Clip[]> {
  return Promise.all([
    drawn('typed text', '#1b1f2a', (i) =>
      Array.from(
        { length: 2 + (i >> 1) },
        (_, line) =>
          `<text x="12" y="${24 + line * 22}" font-family="monospace" font-size="14" fill="#ddd">$ line ${line} ${'of some text that goes on'.slice(0, line === 1 + (i >> 1) ? i * 2 + 3 : 24)}</text>`,
      ).join(''),
    ),
    drawn(
      'sprite, transparent',
      null,
      (i) =>
        `<g transform="translate(${40 + i * 18},${100 + 40 * Math.sin(i)}) rotate(${i * 20})"><circle r="36" fill="#f5a623" stroke="#730" stroke-width="4"/>` +
        '<rect x="-12" y="-12" width="24" height="24" fill="#306"/></g>',
    ),
    drawn(
      'moving gradient',
      '#fff',
      (i) =>
        `<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${i * 8},80%,50%)"/><stop offset="1" stop-color="hsl(${200 + i * 8},80%,40%)"/></linearGradient></defs>` +
        `<rect width="320" height="200" fill="url(#g)"/><circle cx="${60 + i * 15}" cy="100" r="50" fill="#fff" fill-opacity=".7"/>`,
    ),
  ]);
}

/** A camera that pans, a thing that moves in front of a still picture, and noise over one. */
export async function photographedClips(file: string, name: string): Promise<Clip[]> {
  const { width, height } = SIZE;
  const crop = async (x: number, y: number): Promise<Uint8Array> =>
    new Uint8Array(
      await sharp(file)
        .resize(width + 80, height + 80, { fit: 'cover' })
        .extract({ left: x, top: y, width, height })
        .ensureAlpha()
        .raw()
        .toBuffer(),
    );
  const still = await crop(20, 20);
  const clip = (what: string, frames: readonly Uint8Array[]): Clip => ({
    name: `${name}: ${what}`,
    ...SIZE,
    frames,
    delayMs: 80,
  });
  const random = generator();
  return [
    clip('pan', await Promise.all(Array.from({ length: FRAMES }, (_, i) => crop(i * 5, i * 2)))),
    clip(
      'two things move',
      Array.from({ length: FRAMES }, (_, i) => {
        const frame = still.slice();
        square(frame, 20 + i * 6, 100, 40, [200, 60 + i * 9, 40, 255]);
        square(frame, 270 - i * 3, 10, 30, [40, 90, 255 - i * 9, 255]);
        return frame;
      }),
    ),
    clip(
      'noise',
      Array.from({ length: FRAMES }, () =>
        still.map((value, i) => (i % 4 === 3 ? value : Math.max(0, Math.min(255, value + (random() - 0.5) * 8)))),
      ),
    ),
  ];
}

export async function asGif({ frames, width, height, delayMs }: Clip): Promise<Uint8Array> {
  const stack = sharp(Buffer.concat(frames), {
    raw: { width, height: height * frames.length, channels: 4, pageHeight: height },
  });
  return new Uint8Array(await stack.gif({ delay: frames.map(() => delayMs), loop: 0 }).toBuffer());
}

async function drawn(name: string, background: string | null, body: (i: number) => string): Promise<Clip> {
  const { width, height } = SIZE;
  const paper = background ? `<rect width="${width}" height="${height}" fill="${background}"/>` : '';
  const frames = await Promise.all(
    Array.from(
      { length: FRAMES },
      async (_, i) =>
        new Uint8Array(
          await sharp(
            Buffer.from(
              `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paper}${body(i)}</svg>`,
            ),
          )
            .ensureAlpha()
            .raw()
            .toBuffer(),
        ),
    ),
  );
  return { name, width, height, frames, delayMs: 100 };
}

function square(frame: Uint8Array, left: number, top: number, side: number, colour: readonly number[]): void {
  for (let y = top; y < top + side; y++)
    for (let x = left; x < left + side; x++) frame.set(colour, (y * SIZE.width + x) * 4);
}

function generator(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
