/**
 * The image for a first run: a real photograph from a Debian package where one can be had, else a landscape that this
 * project draws itself. Both are kept in `.cache/samples`, which git ignores.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { PROJECT_FOLDER } from '../tests/driver/index.ts';
import { drawLandscape } from './landscape.ts';

/** A photograph of 1680 x 1050 px in 1.0 MB. */
const PACKAGE = 'mate-backgrounds';
const PHOTO = 'usr/share/backgrounds/mate/nature/Dune.jpg';

const FOLDER = join(PROJECT_FOLDER, '.cache', 'samples');

/** The path of the sample image; it is fetched or drawn on the first call. Says which on stderr when it is the drawn one. */
export async function samplePhoto(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const photo = join(FOLDER, 'dune.jpg');
  if ((await isFile(photo)) || (await fetchPhoto(photo))) return photo;
  process.stderr.write(`No photograph could be fetched (Debian's ${PACKAGE}), so the sample is a drawn landscape.\n`);
  return drawnPhoto();
}

/** The drawn landscape: 1600 x 1067 px, JPEG at quality 95, 4:4:4. The same bytes wherever the same sharp draws it. */
export async function drawnPhoto(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const file = join(FOLDER, 'landscape.jpg');
  if (!(await isFile(file))) {
    const { pixels, width, height } = drawLandscape(1600, 1067);
    await writeFile(
      file,
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    );
  }
  return file;
}

/** ms from one attempt that failed to the next: without a network it would cost each start some seconds. */
const NEXT_ATTEMPT = 24 * 3600_000;

async function fetchPhoto(to: string): Promise<boolean> {
  const failed = join(FOLDER, 'no-photograph');
  const last = await stat(failed).catch(() => null);
  if (last && Date.now() - last.mtimeMs < NEXT_ATTEMPT) return false;
  const folder = await mkdtemp(join(tmpdir(), 'compressimage-photo-'));
  try {
    const execute = promisify(execFile);
    await execute('apt-get', ['download', '-q', PACKAGE], { cwd: folder, timeout: 60_000 });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return false;
    await execute('dpkg-deb', ['--extract', archive, 'x'], { cwd: folder, timeout: 60_000 });
    await copyFile(join(folder, 'x', PHOTO), to);
    return true;
  } catch {
    await writeFile(failed, '');
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
