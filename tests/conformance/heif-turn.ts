/** Puts properties into AVIF and HEIC files by hand: `irot` and `imir` (ISO/IEC 23008-12, 6.5.10 and 6.5.12), and `colr` (14496-12, 12.1.5). */

/** EXIF's orientations as quarter turns anticlockwise and then a mirror: 0 is top to bottom, 1 is left to right. */
const TURNS: Readonly<Record<number, readonly [quarters: number, mirror: 0 | 1 | null]>> = {
  1: [0, null],
  2: [0, 1],
  3: [2, null],
  4: [0, 0],
  5: [1, 0],
  6: [3, null],
  7: [3, 0],
  8: [1, null],
};

/** For files as libavif and libheif write them: one `meta` with `iloc` of version 0 and `ipma` of version 0 and one byte an association. */
export function turnedHeif(file: Uint8Array, orientation: number): Uint8Array {
  const [quarters, mirror] = TURNS[orientation] ?? [0, null];
  const properties = [
    ...(quarters ? [Buffer.from([0, 0, 0, 9, ...Buffer.from('irot'), quarters])] : []),
    ...(mirror === null ? [] : [Buffer.from([0, 0, 0, 9, ...Buffer.from('imir'), mirror])]),
  ];
  return properties.reduce<Uint8Array>((bytes, property) => withProperty(Buffer.from(bytes), property), file);
}

/** With this ICC profile. */
export function profiledHeif(file: Uint8Array, icc: Uint8Array): Uint8Array {
  return withColour(file, Buffer.concat([Buffer.from('prof'), icc]));
}

/** With these code points, of full range and with the matrix of BT.601, which libheif encodes by. */
export function codedHeif(file: Uint8Array, primaries: number, transfer: number): Uint8Array {
  return withColour(file, Buffer.concat([Buffer.from('nclx'), Buffer.from([0, primaries, 0, transfer, 0, 6, 0x80])]));
}

function withColour(file: Uint8Array, colour: Buffer): Uint8Array {
  const box = Buffer.concat([Buffer.alloc(4), Buffer.from('colr'), colour]);
  box.writeUInt32BE(box.length);
  return withProperty(Buffer.from(file), box);
}

/** At the end of `ipco`, and of each item's associations, as essential. */
function withProperty(file: Buffer, property: Buffer): Uint8Array {
  const ipco = file.indexOf('ipco') - 4;
  const ipma = file.indexOf('ipma') - 4;
  const ends = { ipco: ipco + file.readUInt32BE(ipco), ipma: ipma + file.readUInt32BE(ipma) };
  let index = 1;
  for (let at = ipco + 8; at < ends.ipco; at += file.readUInt32BE(at)) index++;
  const associations = file.subarray(ipma, ends.ipma);
  const parts = [associations.subarray(0, 16)];
  let at = 16;
  for (let items = associations.readUInt32BE(12); items > 0; items--) {
    const count = associations[at + 2]!;
    parts.push(
      associations.subarray(at, at + 2),
      Buffer.from([count + 1]),
      associations.subarray(at + 3, at + 3 + count),
      Buffer.from([0x80 | index]),
    );
    at += 3 + count;
  }
  const longer = Buffer.concat(parts);
  const whole = Buffer.concat([
    file.subarray(0, ends.ipco),
    property,
    file.subarray(ends.ipco, ipma),
    longer,
    file.subarray(ends.ipma),
  ]);
  const grown = whole.length - file.length;
  for (const [box, by] of [
    ['ipco', property.length],
    ['ipma', longer.length - associations.length],
    ['iprp', grown],
    ['meta', grown],
  ] as const) {
    const start = whole.indexOf(box) - 4;
    whole.writeUInt32BE(whole.readUInt32BE(start) + by, start);
  }
  moveExtents(whole, grown);
  return new Uint8Array(whole);
}

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
    for (let e = 0; e < extents; e++, at += 8) if (baseSize === 0) file.writeUInt32BE(file.readUInt32BE(at) + by, at);
  }
}
