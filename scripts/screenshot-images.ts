/** Images for the panel's pictures, as a person would have them: photographs, a map, an animation, and what is broken. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { profileFor } from '../lib/core/colour/write-profile.ts';
import { displayP3 } from '../tests/unit/core/colour/profiles.ts';
import { drawnPhoto } from './sample-photo.ts';

export interface Images {
  /** Of many kinds. */
  readonly few: readonly string[];
  /** Enough to be busy with for some seconds, in the size of a camera's. */
  readonly many: readonly string[];
  readonly broken: readonly string[];
}

/** Parts of the one photograph, so that no two look the same: left, top, width, height, then hue and brightness. */
const VIEWS = {
  whole: [0, 0, 1600, 1067, 0, 1],
  sun: [960, 200, 560, 373, 0, 1.06],
  peak: [60, 280, 480, 320, -12, 1.02],
  clouds: [380, 90, 600, 400, 8, 1.1],
  meadow: [760, 690, 540, 360, 14, 1.15],
  shore: [900, 520, 630, 420, 172, 1.05],
} as const;

const MAP = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="#eef3ea"/>
  <path d="M0 520C200 430 330 600 560 540S900 380 1200 470V800H0z" fill="#a9d3ea"/><path d="M90 60l240 90 180-70 260 120 330-90" fill="none" stroke="#c9b79c" stroke-width="26"/>
  <path d="M160 760C300 560 260 360 470 300S760 250 980 60" fill="none" stroke="#d0493e" stroke-width="10" stroke-dasharray="30 16"/>
  <circle cx="160" cy="760" r="22" fill="#0b7365"/><circle cx="980" cy="60" r="22" fill="#0b7365"/><path d="M600 250l90-130 90 130z" fill="#7f9a86"/><path d="M720 250l70-100 70 100z" fill="#9cb3a1"/></svg>`;

/** Draws them into a folder. */
export async function drawImages(folder: string): Promise<Images> {
  const photo = await readFile(await drawnPhoto());

  function view(name: keyof typeof VIEWS, width: number, height: number): Sharp {
    const [left, top, across, down, hue, brightness] = VIEWS[name];
    return sharp(photo)
      .extract({ left, top, width: across, height: down })
      .resize(width, height, { fit: 'cover' })
      .modulate({ hue, brightness });
  }
  async function file(name: string, bytes: Sharp | Uint8Array | string): Promise<string> {
    await writeFile(
      join(folder, name),
      typeof bytes === 'string' || bytes instanceof Uint8Array ? bytes : await bytes.toBuffer(),
    );
    return join(folder, name);
  }

  const place = {
    IFD0: { Make: 'Camera', Model: 'One', Copyright: 'Anna Berg' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '46/1 32/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '7/1 58/1 0/1' },
  };
  const p3 = await file('p3.icc', profileFor(displayP3, 'Display P3'));
  const frames = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      sharp(photo)
        .extract({ left: at * 60, top: 240, width: 480, height: 320 })
        .resize(240, 160)
        .png()
        .toBuffer(),
    ),
  );
  const few = await Promise.all([
    file(
      'Evening ridge.jpg',
      view('whole', 2400, 1600).withIccProfile(p3).withExif(place).jpeg({ quality: 94, chromaSubsampling: '4:4:4' }),
    ),
    file('Sun over the pass.jpg', view('sun', 2000, 1333).jpeg({ quality: 92 })),
    file('Route map.png', sharp(Buffer.from(MAP)).png({ compressionLevel: 3, adaptiveFiltering: false })),
    file('Along the lake.gif', sharp(frames, { join: { animated: true } }).gif({ effort: 3 })),
    file('Meadow in May.webp', view('meadow', 1600, 1067).webp({ quality: 96 })),
    file('North face.jpg', view('peak', 1800, 1200).withExif(place).jpeg({ quality: 93 })),
  ]);
  const names = Object.keys(VIEWS) as (keyof typeof VIEWS)[];
  const large = await Promise.all(
    names.map((name) => view(name, 2600, 1733).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()),
  );
  const many = await Promise.all(
    Array.from({ length: 30 }, (_, at) => file(`IMG_${2041 + at}.jpg`, large[at % large.length] ?? photo)),
  );
  const broken = await Promise.all([
    file('Scan 14.jpg', photo.subarray(0, 90_000)),
    file('Notes.png', 'no image'),
    file('Empty.png', ''),
  ]);
  return { few, many, broken };
}
