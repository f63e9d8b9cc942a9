/**
 * Writes the HEIC files of this folder, without loss but for the turn to YCbCr and back, with Debian's heif-enc (libheif-examples, x265):
 *
 *   npx tsx tests/unit/core/decoders/heic/make.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { pattern, SIZE } from './pattern.ts';

const folder = mkdtempSync(join(tmpdir(), 'heic-'));
const here = fileURLToPath(new URL('.', import.meta.url));

for (const [name, alpha, turned] of [
  ['opaque', false, false],
  ['alpha', true, false],
  ['turned', false, true],
] as const) {
  const png = join(folder, `${name}.png`);
  let image = sharp(pattern(alpha), { raw: { ...SIZE, channels: 4 } });
  if (!alpha) image = image.removeAlpha();
  await image.png().toFile(png);
  const heic = join(here, `${name}.heic`);
  execFileSync('heif-enc', ['-L', '-p', 'chroma=444', png, '-o', heic]);
  if (turned) turn(heic);
}

const deep = join(folder, 'deep.png');
await sharp(
  Uint16Array.from(pattern(false), (value) => value * 257),
  { raw: { ...SIZE, channels: 4 } },
)
  .removeAlpha()
  .toColourspace('rgb16')
  .png()
  .toFile(deep);
execFileSync('heif-enc', ['-L', '-p', 'chroma=444', '-b', '10', deep, '-o', join(here, 'ten-bits.heic')]);
rmSync(folder, { recursive: true });

/** heif-enc turns PNG files by nothing, so the property that turns is put in: `irot` of a quarter, anticlockwise. */
function turn(file: string): void {
  const bytes = readFileSync(file);
  const insertAt = bytes.indexOf('ipco') - 4;
  const ipco = bytes.readUInt32BE(insertAt);
  const irot = Buffer.from([0, 0, 0, 9, ...Buffer.from('irot'), 1]);
  const ipma = bytes.indexOf('ipma') - 4;
  const [before, properties, between, association, rest] = [
    bytes.subarray(0, insertAt),
    bytes.subarray(insertAt, insertAt + ipco),
    bytes.subarray(insertAt + ipco, ipma),
    bytes.subarray(ipma, ipma + bytes.readUInt32BE(ipma)),
    bytes.subarray(ipma + bytes.readUInt32BE(ipma)),
  ];
  const count = countBoxes(properties);
  // Version 0, flags 0: entry count, item, number of associations, then one byte each. The last one is added.
  const at = 8 + 4 + 4 + 2;
  const grown = Buffer.concat([
    association.subarray(0, at + 1 + (association[at] ?? 0)),
    Buffer.from([0x80 | (count + 1)]),
    association.subarray(at + 1 + (association[at] ?? 0)),
  ]);
  grown[at]!++;
  const moved = Buffer.concat([before, properties, irot, between, grown, rest]);
  const added = irot.length + 1;
  for (const [box, extra] of [
    ['ipco', irot.length],
    ['ipma', 1],
    ['iprp', added],
    ['meta', added],
  ] as const) {
    const where = moved.indexOf(box) - 4;
    moved.writeUInt32BE(moved.readUInt32BE(where) + extra, where);
  }
  moveExtents(moved, added);
  writeFileSync(file, moved);
}

function countBoxes(ipco: Buffer): number {
  let count = 0;
  for (let at = 8; at < ipco.length; at += ipco.readUInt32BE(at)) count++;
  return count;
}

/** Version 0 of iloc with offsets and lengths of 4 bytes: each extent begins later now. */
function moveExtents(file: Buffer, by: number): void {
  let at = file.indexOf('iloc') + 4;
  const baseSize = file[at + 5]! >> 4;
  const items = file.readUInt16BE(at + 6);
  at += 8;
  for (let i = 0; i < items; i++) {
    at += 4;
    if (baseSize === 4) file.writeUInt32BE(file.readUInt32BE(at) + by, at);
    at += baseSize;
    const extents = file.readUInt16BE(at);
    at += 2;
    for (let e = 0; e < extents; e++) {
      if (baseSize === 0) file.writeUInt32BE(file.readUInt32BE(at) + by, at);
      at += 8;
    }
  }
}
