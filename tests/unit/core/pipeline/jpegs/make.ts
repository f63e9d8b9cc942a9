/**
 * Writes the JPEG files of this folder: kinds that sharp does not write, with Debian's cjpeg and jpegtran
 * (libjpeg-turbo-progs):
 *
 *   npx tsx tests/unit/core/pipeline/jpegs/make.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [WIDTH, HEIGHT] = [83, 61];
const here = fileURLToPath(new URL('.', import.meta.url));

const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const edge = x > 40 && y > 25 ? 90 : 0;
    pixels.set([(x * 3 + edge) & 255, (y * 4) & 255, 128 + 100 * Math.sin((x * y) / 90)], (y * WIDTH + x) * 3);
  }
}
const ppm = Buffer.concat([Buffer.from(`P6\n${WIDTH} ${HEIGHT}\n255\n`), pixels]);

const KINDS: Record<string, readonly string[]> = {
  'sampled-422': ['-sample', '2x1'],
  'sampled-440': ['-sample', '1x2'],
  'sampled-411': ['-sample', '4x1'],
  restarts: ['-restart', '2B'],
  'progressive-restarts': ['-progressive', '-restart', '1'],
  rgb: ['-rgb'],
  coarse: ['-quality', '5', '-baseline'],
  arithmetic: ['-arithmetic'],
};
for (const [name, options] of Object.entries(KINDS)) {
  writeFileSync(`${here}${name}.jpg`, execFileSync('cjpeg', ['-quality', '80', ...options], { input: ppm }));
}
// One scan a component, as some cameras write it.
const scans = join(mkdtempSync(join(tmpdir(), 'scans-')), 'scans.txt');
writeFileSync(scans, '0;\n1;\n2;\n');
writeFileSync(
  `${here}one-scan-a-component.jpg`,
  execFileSync('cjpeg', ['-quality', '80', '-scans', scans], { input: ppm }),
);
